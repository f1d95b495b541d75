import { ServiceName } from '../names.ts';

/** What is wrong with the words of a command that names a service. */
export interface BadWord {
  readonly field: string;
  readonly reason: string;
}

/**
 * Looks at the words of a command whose synopsis takes a service (`postgres:link <service> <app> [--alias <alias>]`):
 * what must be given stands first and before every flag, and service names are names. The plugins check neither: a
 * flag in front is taken for the name, and a name with a path in it reaches another service's data (measured).
 */
export function reasonAgainstServiceWords(synopsis: string, args: readonly string[]): BadWord | undefined {
  const required = [...synopsis.replace(/\[.*$/, '').matchAll(/<([a-z-]+)>/g)].map(([, name = '']) => name);
  if (!required.some((name) => name === 'service')) return undefined;
  for (const [index, field] of required.entries()) {
    const word = args[index] ?? '';
    if (word.startsWith('-')) {
      return {
        field,
        reason: 'it comes before all flags; the plugin takes whatever stands first for the name',
      };
    }
    if (field !== 'service' && field !== 'new-service') continue;
    const parsed = ServiceName.safeParse(word);
    if (!parsed.success) return { field, reason: parsed.error.issues[0]?.message ?? 'it is no service name' };
  }
  return reasonAgainstNetworks(args);
}

/** `--initial-network host` and its like, also as a property of `X:set`. */
function reasonAgainstNetworks(args: readonly string[]): BadWord | undefined {
  const at = args.findIndex((word) => /^(?:--)?(?:initial|post-create|post-start)-network$/.test(word));
  const [field = '', value = ''] = at === -1 ? [] : args.slice(at);
  const open = value.split(',').find((name) => name === 'host' || name.startsWith('container:'));
  if (open === undefined) return at === -1 ? undefined : reasonAgainstNetworks(args.slice(at + 2));
  return {
    field,
    reason: 'the network of the host, or of another container, takes the walls between apps away',
  };
}
