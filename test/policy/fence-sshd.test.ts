import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PolicySchema } from '../../src/domain/policy/policy.ts';
import { coreCommands } from '../../src/infrastructure/dokku/catalogue/catalogue.ts';
import { encode } from '../../src/infrastructure/dokku/encoder.ts';
import { fence } from '../../src/infrastructure/dokku/fence/fence.ts';
import { type Opened, open } from '../ssh/fixture.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { fill } from './forms.ts';
import { anyPolicy, anySubject, anyUse } from './generated.ts';
import { oracle } from './oracle.ts';

let sshd: Sshd;
let ssh: Opened;
/** A Dokku that writes down what it was given: its words, and the line that it would split by itself. */
const recorder = `#!/bin/sh
{ printf '%s\\0' "$NAME" "$LC_ALL" "$SSH_ORIGINAL_COMMAND" "$@"; printf '\\n'; } >> "$(dirname "$0")/seen"
`;

beforeAll(async () => {
  sshd = await startSshd({
    keyOptions: (directory) => {
      writeFileSync(join(directory, 'dokku'), recorder, { mode: 0o755 });
      writeFileSync(join(directory, 'seen'), '');
      return `command="NAME=\\"laptop\\" sh ${directory}/fence.sh",no-port-forwarding`;
    },
    config: ['AcceptEnv LC_*'],
  });
  ssh = open(sshd);
});
afterAll(async () => {
  await ssh?.transport.close();
  await sshd?.stop();
});

const seen = (): string => readFileSync(join(sshd.directory, 'seen'), 'utf8');
function install(options: Omit<Parameters<typeof fence>[0], 'commands' | 'dokku' | 'strict'>): void {
  const script = fence({
    ...options,
    commands: coreCommands,
    strict: true,
    dokku: join(sshd.directory, 'dokku'),
  });
  writeFileSync(join(sshd.directory, 'fence.sh'), script);
}

it('behind a real sshd it lets exactly those of 300 lines pass that the oracle allows', async () => {
  const asked = fc.array(anyUse, { minLength: 30, maxLength: 30 });
  let passed = 0;
  for (const [given, subject, uses] of fc.sample(fc.tuple(anyPolicy, anySubject, asked), {
    seed: 9,
    numRuns: 10,
  })) {
    install({ policy: PolicySchema.parse(given), subject });
    for (const { form, a, b } of uses) {
      const { command, effect, apps } = fill(form, a, b);
      const line = encode(command);
      const before = seen();
      const { exit, stderr } = await ssh.run(line);
      const walled = ['docker-options:add', 'events:off'].includes(command.name);
      const allowed =
        !walled && oracle(given, { ...subject, command: command.name, effect, apps }) === 'allow';
      const what = JSON.stringify({ given, subject, line });
      expect(exit, what).toBe(allowed ? 0 : 1);
      expect(stderr.data.toString(), what).toMatch(
        allowed ? /^$/ : /^ ! {5}The fence of this key refuses \S+: /,
      );
      const words = line.split(' ').filter((word) => word !== '');
      const record = `${['laptop', '', line, ...words].join('\0')}\0\n`;
      expect(seen().slice(before.length), what).toBe(allowed ? record : '');
      passed += allowed ? 1 : 0;
    }
  }
  expect(passed).toBeGreaterThan(30);
  expect(passed).toBeLessThan(270);
}, 120_000);

it('gives no shell, and hands what passes on unchanged', async () => {
  install({ policy: PolicySchema.parse({}), subject: { role: 'operator', host: 'prod', readOnly: false } });
  const before = seen();
  for (const line of [
    'sh',
    'ls -la',
    'config:keys shop; id',
    'config:keys $(id)',
    "git-receive-pack 'shop'",
  ]) {
    expect((await ssh.run(line)).exit, line).toBe(1);
  }
  expect(seen()).toBe(before);
  const line = encode({ name: 'run', args: ['shop', 'sh', '-c', 'echo * "$HOME" é; ls', ''] });
  expect((await ssh.run(line)).exit).toBe(0);
  expect(seen().slice(before.length).split('\0')[2]).toBe(line);
}, 60_000);
