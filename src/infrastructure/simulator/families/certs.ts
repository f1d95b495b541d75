import { requireAppOfShell } from '../access.ts';
import { Exit, type Family, type Handler, type Invocation } from '../invocation.ts';
import { fail, info } from '../output.ts';
import { type CertificateFacts, certificateFacts } from '../proxy/certificates.ts';
import { portsAfterCertificate, portsAfterCertificateRemoval } from '../proxy/port-maps.ts';
import { readTar, type TarEntry } from '../proxy/tar.ts';
import { writeProxyConfig } from '../proxy.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp, SimulatedCertificate } from '../state.ts';

/** `certs:add` and `certs:update` are one script; nothing checks that certificate and key belong together. */
const add: Handler = async (call) => {
  await call.sleep(75);
  const app = requireAppOfShell(call, call.args[0]);
  const [, certificate = '', key = ''] = call.args;
  if (certificate !== '' && key !== '') fail(call, 'CRT file specified not found, please check file paths');
  if (call.tty) fail(call, 'Tar archive containing server.crt and server.key expected on stdin');
  await call.sleep(25);
  await install(call, app, pair(call, unpack(call)));
  return 0;
};

/** The files on standard input. What is no archive ends the command with tar's own code and without a word. */
function unpack(call: Invocation): readonly TarEntry[] {
  const entries = readTar(call.stdin);
  if (entries === undefined) throw new Exit(2);
  const source = `/tmp/dokku-${call.host.random.integer(300, 32_767)}`;
  const archive = `${source}-archive.${call.host.random.base36(6)}`;
  const event = (name: string, details: string): void => {
    const time = `${new Date(call.host.now()).toISOString().slice(0, 19)}Z`;
    call.err(
      `[archive-security] timestamp=${time} user=dokku event=${name} archive_type=tar source=${archive} details=${details}\n`,
    );
  };
  const refuse = (name: string, details: string, text: string): never => {
    event(name, details);
    return fail(call, text);
  };
  if (entries.some((entry) => entry.name.startsWith('/'))) {
    refuse(
      'rejected_absolute_path',
      'absolute path detected',
      'Archive contains entries with absolute paths',
    );
  }
  if (entries.some((entry) => entry.name.split('/').includes('..'))) {
    const text = 'Archive contains entries with parent directory traversal';
    refuse('rejected_path_traversal', 'parent directory traversal detected', text);
  }
  for (const link of entries.filter(({ kind }) => kind === 'link')) {
    if (link.target.startsWith('/')) {
      const text = 'Archive contains symlinks with absolute targets';
      refuse('rejected_unsafe_symlink', `absolute symlink target=${link.target}`, text);
    }
    if (link.target.includes('..')) {
      const text = 'Archive contains symlinks pointing outside extraction directory';
      refuse('rejected_unsafe_symlink', `traversal symlink target=${link.target}`, text);
    }
  }
  const folder = `${source}-cmd-certs-set.${call.host.random.base36(6)}`;
  event('extraction_started', `dest=${folder}`);
  event('extraction_completed', `dest=${folder}`);
  return entries.filter(({ kind }) => kind === 'file');
}

/** The one .crt and the one .key among the files; what lies under a hidden folder does not count. */
function pair(call: Invocation, files: readonly TarEntry[]): SimulatedCertificate {
  const [certificate, key] = ['crt', 'key'].map((suffix) => {
    const found = files.filter(
      ({ name }) =>
        new RegExp(`.${suffix}$`).test(name) && !/(^|\/)\.[^/]/.test(name.replace(/^(\.\/)+/, '')),
    );
    if (found.length === 0) fail(call, `Tar archive is missing .${suffix} file`);
    if (found.length > 1) fail(call, `Tar archive contains more than one .${suffix} file`);
    return found[0]?.content.toString('utf8') ?? '';
  });
  return { certificate: certificate ?? '', key: key ?? '' };
}

async function install(call: Invocation, app: SimulatedApp, files: SimulatedCertificate): Promise<void> {
  const beside = app.certificate?.letsencrypt;
  app.certificate = beside === undefined ? files : { ...files, letsencrypt: beside };
  portsAfterCertificate(call.host, app);
  await call.sleep(250);
  await writeProxyConfig(call, app);
}

const generate: Handler = async (call) => {
  await call.sleep(65);
  const app = requireAppOfShell(call, call.args[0]);
  if (app.certificate !== undefined) {
    call.out(info(`${app.name} has an SSL endpoint already defined`));
    return 0;
  }
  // openssl asks for the subject of the request; without an answer it gives up.
  await call.sleep(200);
  call.err(QUESTIONS);
  throw new Exit(1);
};

const QUESTIONS = `You are about to be asked to enter information that will be incorporated
into your certificate request.
What you are about to enter is what is called a Distinguished Name or a DN.
There are quite a few fields but you can leave some blank
For some fields there will be a default value,
If you enter '.', the field will be left blank.
-----
Country Name (2 letter code) [AU]:Error making certificate request
`;

const remove: Handler = async (call) => {
  await call.sleep(70);
  const app = requireAppOfShell(call, call.args[0]);
  if (app.certificate === undefined) fail(call, 'An app-specific SSL endpoint is not defined');
  call.out(info(`Removing SSL endpoint from ${app.name}`));
  delete app.certificate;
  portsAfterCertificateRemoval(call.host, app);
  await call.sleep(200);
  await writeProxyConfig(call, app);
  return 0;
};

const show: Handler = async (call) => {
  await call.sleep(68);
  const app = requireAppOfShell(call, call.args[0]);
  const kind = call.args[1];
  if (kind !== 'key' && kind !== 'crt') fail(call, "specify either 'key' or 'crt'");
  if (app.certificate === undefined) fail(call, `${app.name} doesn't have an SSL endpoint defined`);
  call.out(kind === 'key' ? app.certificate.key : app.certificate.certificate);
  return 0;
};

function appKeys(app: SimulatedApp): ReportKeys {
  const enabled = app.certificate !== undefined;
  let facts: CertificateFacts | undefined;
  const of = (pick: (known: CertificateFacts) => string) => (): string => {
    facts ??= certificateFacts(app);
    return pick(facts);
  };
  return {
    'ssl-dir': `/home/dokku/${app.name}/tls`,
    'ssl-enabled': String(enabled),
    'ssl-expires-at': of((known) => known.expiresAt),
    'ssl-hostnames': of((known) => known.hostnames.join(' ')),
    'ssl-issuer': of((known) => known.issuer),
    'ssl-starts-at': of((known) => known.startsAt),
    'ssl-subject': of((known) => known.subject),
    // Of all authorities only that of letsencrypt is known here.
    'ssl-verified': of(({ issuer }) => {
      if (!enabled) return '';
      return issuer.includes("O = Let's Encrypt,") ? 'verified by a certificate authority' : 'self signed';
    }),
  };
}

/** plugins/certs: the certificates of apps. */
export const certs: Family = {
  commands: {
    'certs:add': add,
    'certs:generate': generate,
    'certs:remove': remove,
    'certs:report': reportHandler({
      type: 'ssl',
      legacyPrefix: false,
      app: appKeys,
      global: () => ({}),
      cost: { base: 55, perApp: 5 },
    }),
    'certs:show': show,
    'certs:update': add,
  },
};
