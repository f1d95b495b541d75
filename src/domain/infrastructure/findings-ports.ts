import type { Finding } from './finding.ts';
import type { HostSurvey, SurveyedApp } from './survey.ts';
import { portClashes, standardPorts } from './tls-ports.ts';

/** Ports that nginx cannot serve for all apps that want them: one refuses the configuration of the whole host. */
export function judgePorts({ apps }: HostSurvey): readonly Finding[] {
  const proxied = apps.filter(
    ({ settings }) => settings?.proxy.enabled === true && settings.proxy.type === 'nginx',
  );
  const served = proxied.map((app) => ({
    name: app.summary.name,
    ports: portsInForce(app),
    certificate: app.certificate !== undefined,
  }));
  return portClashes(served).map(({ port, secure, plain }) => {
    const [app = ''] = secure;
    const told = served
      .filter(({ name }) => secure.includes(name) || plain.includes(name))
      .map(({ name, ports }) => `${name} ${ports.join(' ')}`);
    return {
      rule: 'tls-port-clash',
      severity: 'critical',
      subjects: [...secure, ...plain],
      title: `Port ${port} is served with TLS by ${secure.join(', ')} and plainly by ${plain.join(', ')}: nginx serves it one way only`,
      evidence: `ports:report: ${told.join('; ')}`,
      advice:
        'nginx refuses the configuration of the whole host, so no app gets a new one, or answers plain requests there with 400. Lead the app with the certificate over 80 and 443. nginx:validate-config (command_query) shows what nginx says.',
      mend: {
        name: 'ports_set',
        arguments: {
          app,
          action: 'set',
          ports: [...standardPorts(served.find(({ name }) => name === app)?.ports ?? [])],
        },
      },
    };
  });
}

/** The explicit mappings, or the detected ones where those were read. */
function portsInForce({ settings, detected = [] }: SurveyedApp): readonly string[] {
  const explicit = settings?.ports ?? [];
  return explicit.length > 0 ? explicit : detected;
}
