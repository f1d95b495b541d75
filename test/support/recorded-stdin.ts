import { readTar } from '../../src/infrastructure/simulator/proxy/tar.ts';
import { makeCertificate } from '../../src/infrastructure/simulator/world/certificate.ts';
import { makeTar } from './tar.ts';

/** The parts of a story's line that matter here. */
interface Recorded {
  readonly line?: string;
  readonly stdin?: string;
  readonly exit?: number | string;
  readonly stdout?: string;
  readonly stderr?: string;
}

/**
 * What was written to a recorded command's standard input. Stories hold archives only as `<10240 bytes>`: that of a
 * certs:add is made again, from the certificate that the same story shows or reports afterwards.
 */
export function recordedStdin(
  story: readonly Recorded[],
  index: number,
  dumps: GivenDumps,
): Buffer | undefined {
  const record = story[index];
  if (record?.stdin === undefined) return undefined;
  const dump = dumps.find(record.stdin);
  if (dump !== undefined) return dump;
  if (record.line?.startsWith('maintenance:custom-page ') === true && /^<\d+ bytes>$/.test(record.stdin)) {
    return recordedPage(story, index);
  }
  const [, app = ''] = /^certs:(?:add|update) (\S+)/.exec(record.line ?? '') ?? [];
  if (app === '' || !/^<\d+ bytes>$/.test(record.stdin)) return Buffer.from(record.stdin);
  const made = makeCertificate(certificateWords(story.slice(index + 1), app));
  const shown = later(story, index, `certs:show ${app} crt`)?.stdout;
  const refused = record.stderr ?? '';
  return makeTar({
    ...(refused.includes('missing .crt file') ? {} : { 'server.crt': shown ?? made.certificate }),
    ...(refused.includes('missing .key file') ? {} : { 'server.key': made.key }),
  });
}

/**
 * Dumps that the simulator gave. Stories hold a dump only as text, in which bytes are lost, so what was exported in the
 * story stands for what is imported there.
 */
export class GivenDumps {
  readonly #given: { readonly recorded: string; readonly bytes: Buffer }[] = [];

  /** What the story's host printed, and what the simulator printed instead. */
  remember(recorded: string, bytes: Buffer): void {
    if (/^(PGDMP|REDIS)/.test(bytes.subarray(0, 5).toString('latin1'))) this.#given.push({ recorded, bytes });
  }

  /** The dump for a story's standard input; undefined when that is no damaged dump. */
  find(stdin: string): Buffer | undefined {
    const magic = stdin.slice(0, 5);
    if (!stdin.includes('\ufffd') || !/^(PGDMP|REDIS)$/.test(magic)) return undefined;
    const same = this.#given.filter(({ bytes }) => bytes.subarray(0, 5).toString('latin1') === magic);
    const whole = same.find(({ recorded }) => recorded.startsWith(stdin)) ?? same.at(-1);
    if (whole === undefined) return undefined;
    const { recorded, bytes } = whole;
    const share = recorded.startsWith(stdin) ? stdin.length / recorded.length : 1;
    return bytes.subarray(0, Math.floor(bytes.length * share));
  }
}

/** The archive of a maintenance page: its files are those that tar named, with the text that is exported afterwards. */
function recordedPage(story: readonly Recorded[], index: number): Buffer {
  const { line = '', stdout = '' } = story[index] ?? {};
  const exported = later(story, index, line.replace('custom-page', 'custom-page-export'))?.stdout ?? '';
  const text = (readTar(Buffer.from(exported)) ?? []).find(({ kind }) => kind === 'file')?.content;
  const names = stdout.split('\n').filter((name) => /^[\w./-]+$/.test(name));
  return makeTar(Object.fromEntries(names.map((name) => [name, text?.toString() ?? ''])));
}

function later(story: readonly Recorded[], index: number, line: string): Recorded | undefined {
  return story.slice(index + 1).find((record) => record.line === line && record.exit === 0);
}

/** The words of the certificate, from the first later report of the app that has one. */
function certificateWords(story: readonly Recorded[], app: string): Parameters<typeof makeCertificate>[0] {
  const report = story
    .filter(
      ({ line = '' }) =>
        /^certs:report( --format json)?$/.test(line) || line.startsWith(`certs:report ${app}`),
    )
    .flatMap(({ stdout = '' }) => facts(stdout))
    .find((known) => known.get('enabled') === 'true' && known.get('dir') === `/home/dokku/${app}/tls`);
  const fact = (key: string, otherwise: string): string => report?.get(key) || otherwise;
  const common = `${app}.dokku.test`;
  return {
    subject: names(fact('subject', `CN=${common}`), '; '),
    issuer: names(fact('issuer', `CN = ${common}`), ', '),
    hostnames: fact('hostnames', common).split(' '),
    from: Date.parse(fact('starts-at', 'Nov 23 18:00:00 2026 GMT')),
    until: Date.parse(fact('expires-at', 'Dec 13 18:00:00 2026 GMT')),
  };
}

/** A certs:report in either form, one set of facts for each app in it. */
function facts(stdout: string): Map<string, string>[] {
  if (stdout.startsWith('{')) {
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => new Map(Object.entries(JSON.parse(line) as Record<string, string>)));
  }
  return stdout.split(/^=====> /m).map((section) => {
    const rows = [...section.matchAll(/^ {7}Ssl ([a-z ]+): +(.*)$/gm)];
    return new Map(rows.map(([, label = '', value = '']) => [label.replaceAll(' ', '-'), value]));
  });
}

function names(text: string, separator: string): [string, string][] {
  return text.split(separator).map((name) => {
    const [kind = '', ...value] = name.split('=');
    return [kind.trim(), value.join('=').trim()];
  });
}
