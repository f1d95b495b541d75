/**
 * Node options for a server under test whose DNS knows these names and no other: `name -> addresses`. It asks no real
 * DNS, whichever there is.
 */
export function knowing(
  names: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, string>> {
  const program = `
    import { Resolver } from 'node:dns/promises';
    const known = new Map(Object.entries(${JSON.stringify(names)}));
    const answer = (name) => {
      if (known.has(name)) return known.get(name);
      throw Object.assign(new Error('queryA ENOTFOUND ' + name), { code: 'ENOTFOUND' });
    };
    Resolver.prototype.resolve4 = async (name) => answer(name);
    Resolver.prototype.resolve6 = async (name) => { throw Object.assign(new Error('none'), { code: 'ENODATA' }); };
  `;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
}
