import type { Application } from '../../domain/application/application.ts';
import {
  portClashes,
  portsOf,
  portsWithCertificate,
  standardPorts,
} from '../../domain/infrastructure/tls-ports.ts';
import { addressed } from '../addressed.ts';
import type { Context } from '../context.ts';

/** Most other apps whose detected ports are asked for: 0.6 s each. */
const MOST = 20;

/**
 * What a first certificate does to the ports of an app beside 80 and 443, with the call that mends it: Dokku puts TLS
 * where the image exposes its port, and where another app serves that port plainly, nginx refuses everything.
 */
export async function remarksOnPorts(found: Application, context: Context): Promise<readonly string[]> {
  const { name, ports, proxy } = found;
  if (!proxy.enabled || proxy.type !== 'nginx') return [];
  const before = ports.mapped.length > 0 ? ports.mapped : ports.detected;
  const after = portsWithCertificate(ports);
  const secure = portsOf(after, 'https');
  const mend = mending(found, context);
  if (secure.length === 0) {
    if (portsOf(before, 'http').length === 0) return [];
    return [
      `Nothing of the app is served with TLS: its mappings are ${before.join(' ')}. Call ${mend} as well.`,
    ];
  }
  const moved = secure.filter((port) => port !== '443');
  if (moved.length === 0) return [];
  const [port = ''] = moved;
  const remarks = [
    `TLS comes to port ${moved.join(', ')} (${after.join(' ')}), which the image exposes, and not to 443; plain http ends there. To serve on 80 and 443, call ${mend} first.`,
  ];
  const { others, unknown } = await servedBeside(name, context);
  const clashes = portClashes([{ name, ports: after, certificate: true }, ...others]);
  for (const clash of clashes) {
    remarks.push(
      `${clash.plain.join(', ')} serves port ${clash.port} plainly: nginx then refuses the configuration of the whole host, and no app gets a new one.`,
    );
  }
  if (clashes.length === 0 && unknown > 0) {
    remarks.push(
      `Whether one of ${unknown} further apps serves port ${port} plainly was not looked at; nginx would then refuse the configuration of the whole host.`,
    );
  }
  return remarks;
}

/** What stands after the certificate was stored and nginx refused the configuration that came of it, and the way out. */
export async function leftByRefusal(
  found: Application,
  context: Context,
): Promise<{ readonly stands: string; readonly wayOut: string }> {
  const clashes = await clashesOf(found, context);
  return {
    stands: `the certificate of ${found.name} is stored, and Dokku could not bring it to nginx.`,
    wayOut:
      clashes.length > 0
        ? `${clashes.map(({ plain, port }) => `${plain.join(', ')} serves port ${port} plainly`).join('; ')}: call ${mending(found, context)}.`
        : 'Until nginx takes the configuration, no app gets a new one: nginx:validate-config (command_query) shows what it refuses, host_review what else is wrong.',
  };
}

/** Ports that the app serves with TLS, once it has a certificate, and another app plainly. */
async function clashesOf(
  { name, ports }: Application,
  context: Context,
): Promise<ReturnType<typeof portClashes>> {
  const { others } = await servedBeside(name, context);
  return portClashes([{ name, ports: portsWithCertificate(ports), certificate: true }, ...others]);
}

function mending({ name, ports }: Application, context: Context): string {
  const now = ports.mapped.length > 0 ? ports.mapped : ports.detected;
  return `ports_set ${JSON.stringify(addressed({ app: name, action: 'set', ports: standardPorts(now) }, context))}`;
}

interface Served {
  readonly name: string;
  readonly ports: readonly string[];
  readonly certificate: boolean;
}

/** The ports of the other apps in force: the explicit ones are flat, detected ones are asked for of some. */
async function servedBeside(
  name: string,
  { infrastructure, signal }: Context,
): Promise<{ readonly others: readonly Served[]; readonly unknown: number }> {
  const routes = (await infrastructure.routes(signal)).filter(
    ({ app, proxy, listeners }) => app !== name && proxy.enabled && listeners.length > 0,
  );
  const detected = routes.filter(({ ports }) => ports.length === 0);
  const asked = detected.slice(0, MOST);
  const read = await Promise.all(asked.map(({ app }) => infrastructure.detectedPorts(app, signal)));
  const known = new Map(asked.map(({ app }, index) => [app, read[index] ?? []]));
  const others = routes.map(({ app, ports }) => ({
    name: app,
    ports: known.get(app) ?? ports,
    certificate: true,
  }));
  return { others, unknown: detected.length - asked.length };
}
