import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { operations } from '../src/application/operations/index.ts';
import { Catalogue } from '../src/infrastructure/dokku/catalogue/catalogue.ts';
import { type CauseBench, openCauseBench, type Told } from './causes/bench.ts';
import { runScenario } from './causes/run.ts';
import { scenarios } from './causes/scenarios.ts';
import { variants } from './causes/variants.ts';

const catalogue = new Catalogue();
let bench: CauseBench | undefined;

afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** A next call has to be one that the product takes: its tool exists and its arguments pass. */
function expectCallable({ tool, arguments: args }: Told['next']): void {
  const operation = operations.find(({ name }) => name === tool);
  expect(operation?.listed, tool).not.toBe(false);
  operation?.input.parse(args);
  if (tool !== 'command_execute') return;
  const { name, input, args: words } = args as { name: string; input?: unknown; args?: string[] };
  const inner = operations.find((one) => one.name === name);
  if (inner === undefined) catalogue.compose(name, words ?? []);
  else inner.input.parse(input);
}

describe('the sixteen causes', () => {
  test.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    '%s',
    async (_title, scenario) => {
      const { cause, first, pass, evidence, next } = await runScenario(scenario);
      expect({ first, evidence, next, pass }).toMatchObject({ first: cause, pass: true });
      if (next !== undefined) expectCallable(next);
    },
  );

  test('are sixteen', () => expect(new Set(scenarios.map(({ cause }) => cause)).size).toBe(16));
});

describe('other ways into the same', () => {
  test.each(variants.map((variant) => [variant.cause, variant.how, variant] as const))(
    '%s %s',
    async (cause, _how, { app, happens }) => {
      bench = await openCauseBench();
      await happens(bench.operator, app);
      const { data } = await bench.diagnose(app);
      expect(data.causes.map(({ code }) => code)[0], JSON.stringify(data.causes)).toBe(cause);
      for (const { next, evidence } of data.causes) {
        expectCallable(next);
        expect(evidence).not.toEqual([]);
      }
    },
  );
});

test('the guide names every cause', () => {
  const guide = readFileSync('docs/guide/diagnose.md', 'utf8');
  const told = [...guide.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  const rules = readdirSync('src/domain/application').filter((file) =>
    /^(?:causes|wrong-port).*(?<!\.test)\.ts$/.test(file),
  );
  const source = rules.map((file) => readFileSync(`src/domain/application/${file}`, 'utf8')).join('\n');
  const written = [...source.matchAll(/code: '([A-Z_]+)'/g)].map(([, code]) => code);
  const named = [...written, ...scenarios.map(({ cause }) => cause), 'DEPLOY_FAILED'];
  expect([...told].sort()).toEqual([...new Set(named)].sort());
});

describe('an app that is well', () => {
  test.each(['well', 'well-git'])('%s: nothing is wrong, and it is said what was looked at', async (app) => {
    bench = await openCauseBench();
    const { text, data } = await bench.diagnose(app);
    expect(data.causes).toEqual([]);
    expect(data.unread).toEqual([]);
    expect(data.checked).toHaveLength(14);
    expect(text).toMatch(
      new RegExp(`^Nothing wrong found with ${app}\\. Checked: state, processes, last deploy, `),
    );
  });

  test('again well after what was wrong is mended', async () => {
    bench = await openCauseBench();
    const { operator } = bench;
    await operator.deploys('mended');
    await operator.does('config:set --no-restart mended REQUIRES=TOKEN');
    await operator.failsAt('git:from-image mended demo/web:2');
    await operator.does('config:set mended TOKEN=t');
    expect((await bench.diagnose('mended')).data.causes).toEqual([]);
    await operator.failsAt('git:from-image mended demo/nothere:1');
    await operator.does('git:from-image mended demo/web:3');
    expect((await bench.diagnose('mended')).data.causes).toEqual([]);
  });

  test('the same deploy once more is no fault', async () => {
    bench = await openCauseBench();
    await bench.operator.failsAt('git:from-image well demo/web:1');
    expect((await bench.diagnose('well')).data.causes).toEqual([]);
  });

  test('a worker without web needs no domain and no proxy', async () => {
    bench = await openCauseBench();
    const { operator } = bench;
    await operator.does('apps:create queue', 'ps:scale queue web=0 worker=1', 'domains:clear queue');
    await operator.does('git:from-image queue demo/web:1', 'proxy:disable queue');
    expect((await bench.diagnose('queue')).data.causes).toEqual([]);
  });
});

test('two faults at once are both told, the one that hits now before the one that only blocks the next deploy', async () => {
  bench = await openCauseBench();
  const { operator } = bench;
  await operator.deploys('both');
  await operator.failsAt('git:from-image both demo/nothere:1');
  await operator.does('proxy:disable both');
  const { text, data } = await bench.diagnose('both');
  expect(data.causes.map(({ code, impact }) => [code, impact])).toEqual([
    ['PROXY_DISABLED', 'down'],
    ['IMAGE_NOT_FOUND', 'deploy'],
  ]);
  expect(text).toMatch(
    /1\. PROXY_DISABLED \(down, certain\): .*\n {3}Next: command_execute \{"name":"proxy:enable"/,
  );
  const fence = text.indexOf('--- text from the host ');
  expect(text.indexOf('Failed to pull image')).toBeGreaterThan(fence);
});

test('an app that is not there is told with the nearest names', async () => {
  bench = await openCauseBench();
  const { text } = await bench.diagnose('wel');
  expect(text).toContain('There is no app named "wel"');
  expect(text).toContain('well');
});
