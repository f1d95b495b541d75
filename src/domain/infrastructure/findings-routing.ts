import { day, daysLeft, SOON_DAYS, URGENT_DAYS, uncovered } from './certificate.ts';
import type { Finding } from './finding.ts';
import type { HostSurvey, SurveyedApp } from './survey.ts';

type Rule = (app: SurveyedApp, survey: HostSurvey) => Finding | undefined;

/** How requests reach apps: domains, proxies, certificates. */
export function judgeRouting(survey: HostSurvey): readonly Finding[] {
  return [
    ...duplicates(survey),
    ...survey.apps.flatMap((app) =>
      RULES.map((rule) => rule(app, survey)).filter((one) => one !== undefined),
    ),
    ...judgeRenewal(survey),
  ];
}

/** Domains that lead to more than one app: nginx serves one of them and nobody chose which. */
export function duplicateDomains(
  apps: readonly { readonly name: string; readonly domains: readonly string[] }[],
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { name, domains } of apps) {
    for (const domain of new Set(domains)) users.set(domain, [...(users.get(domain) ?? []), name]);
  }
  return new Map([...users].filter(([, names]) => names.length > 1));
}

function duplicates({ apps }: HostSurvey): Finding[] {
  const idle = new Set(apps.filter((app) => !serves(app)).map(({ summary }) => summary.name));
  return [...duplicateDomains(apps.map(({ summary }) => summary))].map(([domain, names]) => ({
    rule: 'duplicate-domain',
    severity: 'critical',
    subjects: names,
    title: `${domain} belongs to ${names.length} apps at once`,
    evidence: `domains:report: ${domain} in ${names.join(' and ')}`,
    advice: 'The proxy serves one of them and ignores the other. Remove the domain where it does not belong.',
    mend: {
      name: 'domains_set',
      // An app that serves nothing needs the domain least.
      arguments: {
        app: names.find((name) => idle.has(name)) ?? names.at(-1) ?? '',
        action: 'remove',
        domains: [domain],
      },
    },
  }));
}

const serves = ({ summary: { state } }: SurveyedApp): boolean =>
  state === 'deployed' || state === 'deploying';
const listens = (app: SurveyedApp): boolean => serves(app) && (app.network?.listeners.length ?? 0) > 0;
const proxied = ({ settings }: SurveyedApp): boolean => settings?.proxy.enabled !== false;

const RULES: readonly Rule[] = [
  (app) => {
    const { summary } = app;
    if (!listens(app) || !proxied(app) || summary.domains.length > 0) return undefined;
    return {
      rule: 'no-domain',
      severity: 'notice',
      subjects: [summary.name],
      title: `${summary.name} has a web process and no domain`,
      evidence: `network:report: listens at ${app.network?.listeners.join(' ')}; domains:report: none`,
      advice: 'It answers on a port of the host only. Add a domain.',
      mend: { name: 'domains_info', arguments: { app: summary.name } },
    };
  },
  (app) => {
    const { summary } = app;
    if (!listens(app) || proxied(app) || summary.domains.length === 0) return undefined;
    return {
      rule: 'proxy-disabled',
      severity: 'warning',
      subjects: [summary.name],
      title: `The proxy of ${summary.name} is off, so its domains lead nowhere`,
      evidence: `proxy:report: enabled false; domains ${summary.domains.join(' ')}`,
      advice: 'Enable the proxy (that restarts the app), or remove the domains.',
      mend: { name: 'command_execute', arguments: { name: 'proxy:enable', args: [summary.name] } },
    };
  },
  (app, { at }) => {
    const { summary, certificate } = app;
    const until = certificate?.until;
    if (until === undefined) return undefined;
    const left = daysLeft(until, at);
    if (left >= SOON_DAYS) return undefined;
    const ended = until <= at;
    return {
      rule: ended ? 'certificate-expired' : 'certificate-expiring',
      severity: ended || left < URGENT_DAYS ? 'critical' : 'warning',
      subjects: [summary.name],
      title: ended
        ? `The certificate of ${summary.name} has expired`
        : `The certificate of ${summary.name} ends in ${left} days`,
      evidence: `certs:report: until ${day(until)}, issued by ${certificate?.issuer || 'unknown'}`,
      advice: 'Renew it (letsencrypt_enable where that plugin is), or send a newer one with action set.',
      mend: { name: 'certs_info', arguments: { app: summary.name } },
    };
  },
  ({ summary, certificate }) => {
    if (certificate === undefined || certificate.names.length === 0) return undefined;
    const missing = uncovered(certificate.names, summary.domains);
    if (missing.length === 0) return undefined;
    return {
      rule: 'certificate-names',
      severity: 'warning',
      subjects: [summary.name],
      title: `The certificate of ${summary.name} does not cover ${missing.join(', ')}`,
      evidence: `certs:report: names ${certificate.names.join(' ')}; domains ${summary.domains.join(' ')}`,
      advice: 'Browsers refuse these domains. Get a certificate for all of them, or remove them.',
      mend: { name: 'certs_info', arguments: { app: summary.name } },
    };
  },
  ({ summary, certificate }) =>
    certificate === undefined ||
    !/self.signed/i.test(certificate.verified) ||
    certificate.issuer !== asIssuer(certificate.subject)
      ? undefined
      : {
          rule: 'certificate-self-signed',
          severity: 'notice',
          subjects: [summary.name],
          title: `The certificate of ${summary.name} is self signed`,
          evidence: `certs:report: ${certificate.verified}, issuer ${certificate.issuer}`,
          advice: 'Browsers warn of it. Fine behind another proxy; otherwise get one from an authority.',
          mend: { name: 'certs_info', arguments: { app: summary.name } },
        },
  (app, { letsencrypt }) => {
    const { summary, certificate } = app;
    if (!listens(app) || !proxied(app) || summary.domains.length === 0 || certificate !== undefined)
      return undefined;
    return {
      rule: 'http-only',
      severity: 'notice',
      subjects: [summary.name],
      title: `${summary.name} is served without TLS`,
      evidence: `certs:report: none; domains ${summary.domains.join(' ')}`,
      advice:
        letsencrypt === undefined
          ? 'Send a certificate with certs_set, or let an administrator install the letsencrypt plugin.'
          : "Get a certificate from Let's Encrypt.",
      mend: {
        name: letsencrypt === undefined ? 'certs_info' : 'certs_set',
        arguments:
          letsencrypt === undefined
            ? { app: summary.name }
            : { app: summary.name, action: 'letsencrypt_enable' },
      },
    };
  },
  ({ summary, httpAuth }) =>
    httpAuth === undefined || !httpAuth.enabled || httpAuth.users.length + httpAuth.addresses.length > 0
      ? undefined
      : {
          rule: 'http-auth-empty',
          severity: 'critical',
          subjects: [summary.name],
          title: `The password protection of ${summary.name} protects nothing`,
          evidence: 'http-auth:report: enabled true, no users, no addresses',
          advice: 'Without a user everybody is let in. Add one, then switch it off and on again.',
          mend: { name: 'command_search', arguments: { words: 'http-auth:add-user' } },
        },
];

/** `CN=web.example; O=X` as certs:report writes the same names for an issuer: `CN = web.example, O = X`. */
function asIssuer(subject: string): string {
  return subject
    .split('; ')
    .map((part) => part.replace('=', ' = '))
    .join(', ');
}

function judgeRenewal({ letsencrypt, autoRenew }: HostSurvey): Finding[] {
  if (letsencrypt === undefined || letsencrypt.length === 0 || autoRenew !== false) return [];
  return [
    {
      rule: 'letsencrypt-no-renewal',
      severity: 'warning',
      subjects: letsencrypt,
      title: "Certificates of Let's Encrypt are not renewed by themselves",
      evidence: `letsencrypt:cron-job: not enabled; letsencrypt:list: ${letsencrypt.join(', ')}`,
      advice: 'Add the renewal job; it runs daily.',
      mend: { name: 'certs_set', arguments: { action: 'letsencrypt_auto_renew' } },
    },
  ];
}
