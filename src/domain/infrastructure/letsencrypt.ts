/** Why Let's Encrypt gave no certificate, and what to do. */
export interface CertificateRefusal {
  /** Stable: EMAIL_MISSING, RATE_LIMIT, DNS ... */
  readonly cause: string;
  readonly explanation: string;
  readonly advice: string;
  /** The deciding lines: text of the host. */
  readonly evidence: readonly string[];
}

interface Case {
  readonly cause: string;
  readonly when: RegExp;
  readonly explanation: (match: RegExpExecArray) => string;
  readonly advice: string;
}

/**
 * What the plugin and lego 4 say, the first match wins. Problem types are those of RFC 8555 section 6.7; the texts of
 * missing e-mail, unreachable server and refused name were recorded (transcript 50).
 */
const cases: readonly Case[] = [
  {
    cause: 'EMAIL_MISSING',
    when: /Cannot request a certificate without an e-mail address/,
    explanation: () => 'no e-mail address is set, and the certificate authority wants one',
    advice: 'Set it with certs_set {"action": "letsencrypt_email", "email": ...}, then enable again.',
  },
  {
    cause: 'RATE_LIMIT',
    when: /acme:error:rateLimited|too many (?:certificates|failed authorizations|new orders|registrations)[^\n]*/i,
    explanation: () => 'the rate limit of the certificate authority is reached',
    advice:
      'Do not try again before the time that the message names. Test with the staging server first: command_execute letsencrypt:set APP server staging.',
  },
  {
    cause: 'NAME_REFUSED',
    when: /acme:error:(?:rejectedIdentifier|unsupportedIdentifier)[^\n]*?"([A-Za-z0-9.*-]{1,253})"|acme:error:rejectedIdentifier/,
    explanation: ([, name]) => `the certificate authority gives none for ${name ?? 'one of the domains'}`,
    advice: 'Remove that domain from the app with domains_set (a public authority takes public names only).',
  },
  {
    cause: 'CAA',
    when: /acme:error:caa\b/,
    explanation: () => 'a CAA record of the domain does not allow this certificate authority',
    advice:
      'Add the authority to the CAA record of the domain, for Let\'s Encrypt: 0 issue "letsencrypt.org".',
  },
  {
    cause: 'AUTHORITY_UNREACHABLE',
    when: /Could not create client: get directory at '(https?:[^'\s]{1,200})'/,
    explanation: ([, url]) => `the host cannot reach the certificate authority at ${url ?? ''}`,
    advice: 'Check the DNS and the way out of the host itself (an administrator: curl -I with that address).',
  },
  {
    cause: 'DNS',
    when: /acme:error:dns\b|DNS problem: [^\n]*|NXDOMAIN|acme:error:connection[^\n]*could not resolve/,
    explanation: () => 'the certificate authority could not find a domain of the app in the DNS',
    advice:
      'Let every domain of the app point at this host (domains_info with check dns shows which do not), wait for the DNS, then enable again.',
  },
  {
    cause: 'PORT_80',
    when: /acme:error:connection\b|Timeout during connect|[Cc]onnection refused(?=[^\n]*(?:challenge|authoriz))/,
    explanation: () => 'the certificate authority could not reach the host on port 80',
    advice:
      'Open port 80 in the firewall and let the domains point at this host; a proxy before it has to pass /.well-known/acme-challenge on.',
  },
  {
    cause: 'CHALLENGE_FAILED',
    when: /acme:error:(?:unauthorized|incorrectResponse)[^\n]*/,
    explanation: () =>
      'somebody else answered for a domain of the app, or the app answered instead of the challenge',
    advice:
      'Look where each domain of the app points (domains_info with check dns); remove those that do not lead to this host.',
  },
  {
    cause: 'DNS_PROVIDER',
    when: /unrecognized DNS provider: ([A-Za-z0-9_-]{1,50})/,
    explanation: ([, name]) => `lego does not know the DNS provider ${name ?? ''}`,
    advice: 'Correct dns-provider (names: https://go-acme.github.io/lego/dns/), or clear it to use port 80.',
  },
  {
    cause: 'ACCOUNT',
    when: /acme:error:(?:accountDoesNotExist|invalidContact|unsupportedContact|userActionRequired)[^\n]*/,
    explanation: () => 'the certificate authority does not accept the account or its e-mail address',
    advice: 'Set a working e-mail address with certs_set {"action": "letsencrypt_email"}, then enable again.',
  },
];

/** Explains the output of a failed `letsencrypt:enable` (both streams); always answers. */
export function explainLetsencrypt(output: string): CertificateRefusal {
  for (const { cause, when, explanation, advice } of cases) {
    const match = when.exec(output);
    if (match === null) continue;
    return { cause, explanation: explanation(match), advice, evidence: evidence(output, when) };
  }
  return {
    cause: 'UNKNOWN',
    explanation: 'the reason is not one that is known; the last lines of lego are the evidence',
    advice: 'Read the lines; enable again once what they name is mended.',
    evidence: telling(output).slice(-5),
  };
}

function evidence(output: string, when: RegExp): string[] {
  return telling(output)
    .filter((line) => new RegExp(when.source, when.flags).test(line))
    .slice(0, 5);
}

function telling(output: string): string[] {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^(?: {7}| !\s+)/, '').trim())
    .filter((line) => line !== '' && !/^(?:----->|=====>|- Domain )/.test(line));
  return [...new Set(lines)].map((line) => line.slice(0, 500));
}
