import { type AppFacts, type CauseRule, servesWeb, wasRead } from './cause.ts';
import { listeningPorts } from './clues.ts';
import * as next from './next-calls.ts';
import { wrongPort } from './wrong-port.ts';

const isServing = ({ application: { state } }: AppFacts): boolean =>
  state === 'deployed' || state === 'deploying';

export const proxyOff: CauseRule = (facts) => {
  const { name, proxy } = facts.application;
  if (proxy.enabled || !wasRead(facts, 'proxy') || !servesWeb(facts)) return [];
  return [
    {
      code: 'PROXY_DISABLED',
      impact: 'down',
      confidence: 'certain',
      explanation: 'The proxy is disabled for the app, so no request reaches it by its domains: enable it.',
      evidence: [`proxy:report ${name}: enabled false`],
      next: next.enableProxy(name),
    },
  ];
};

export const noDomain: CauseRule = (facts) => {
  const { name, domains, state, proxy } = facts.application;
  if (domains.length > 0 || !wasRead(facts, 'domains') || !servesWeb(facts)) return [];
  // Without a proxy domains mean nothing, and Dokku takes them away with it.
  if (state === 'created' || !proxy.enabled) return [];
  return [
    {
      code: 'NO_DOMAIN',
      impact: 'notice',
      confidence: 'likely',
      explanation:
        'The app has no domain, so no name leads to it: add the domain that it shall have (the one in the call is an example).',
      evidence: [`domains:report ${name}: app-vhosts is empty`],
      next: next.addDomain(name),
    },
  ];
};

export const expiredCertificate: CauseRule = (facts) => {
  const { name, certificate } = facts.application;
  const until = Date.parse(certificate.expiresAt ?? '');
  if (!certificate.enabled || Number.isNaN(until) || until > facts.now) return [];
  return [
    {
      code: 'CERTIFICATE_EXPIRED',
      impact: 'degraded',
      confidence: 'certain',
      explanation: `The TLS certificate ended on ${new Date(until).toISOString().slice(0, 10)}, so browsers refuse the app over https: renew it.`,
      evidence: [
        `certs:report ${name}: expires-at ${certificate.expiresAt}`,
        ...(certificate.issuer === undefined ? [] : [`certs:report ${name}: issuer ${certificate.issuer}`]),
      ],
      next: next.renewCertificate(name, certificate.issuer),
    },
  ];
};

/** Requests go to the container's port of the mapping; the app listens on the one it was given at its last start. */
export const mappedElsewhere: CauseRule = (facts) => {
  const { name, ports, listeners, processes, proxy } = facts.application;
  const web = processes.filter(({ type, state }) => type === 'web' && state === 'running');
  if (!isServing(facts) || web.length === 0 || !proxy.enabled) return [];
  const given = Number(/:(\d+)$/.exec(listeners[0] ?? '')?.[1] ?? Number.NaN);
  const targets = webTargets(ports.mapped);
  const lines = facts.log.filter(({ process }) => process.startsWith('web.')).map(({ text }) => text);
  const said = listeningPorts(lines);
  const expected = targets.length > 0 ? targets : [given];
  const found = said.length > 0 ? said.map(({ value }) => value) : [given];
  const [wanted] = expected;
  const actual = found.includes(given) ? given : found.at(-1);
  if (wanted === undefined || Number.isNaN(wanted) || actual === undefined || Number.isNaN(actual)) return [];
  if (found.some((port) => expected.includes(port))) return [];
  return [
    wrongPort(facts, {
      expected: wanted,
      actual,
      impact: 'down',
      confidence: said.length > 0 && actual === given ? 'certain' : 'likely',
      evidence: [
        ...(ports.mapped.length > 0 ? [`ports:list ${name}: ${ports.mapped.join(' ')}`] : []),
        `network:report ${name}: web-listeners ${listeners.join(' ')}`,
        ...said.map(({ line }) => `logs ${name}: ${line}`),
      ],
    }),
  ];
};

/** Container ports that the web mappings lead to. */
function webTargets(mapped: readonly string[]): number[] {
  return mapped
    .filter((mapping) => /^(?:https?|grpcs?):/.test(mapping))
    .map((mapping) => Number(mapping.split(':')[2]))
    .filter((port) => port > 0);
}
