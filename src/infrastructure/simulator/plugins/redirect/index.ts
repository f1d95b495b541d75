import { requireAppOfShell } from '../../access.ts';
import type { Installable } from '../../installed.ts';
import type { Handler } from '../../invocation.ts';
import { Exit, type Invocation } from '../../invocation.ts';
import { fail, info, verbose, warning } from '../../output.ts';
import { buildProxyConfig } from '../../proxy.ts';
import type { SimulatedApp } from '../../state.ts';
import { columnTable } from '../help.ts';
import { redirectHelp } from './help.ts';

/** The plugin's own refusals go to standard output. */
function refuse(call: Invocation, text: string): never {
  call.out(`${text}\n`);
  throw new Exit(1);
}

function target(call: Invocation): SimulatedApp {
  const [name = ''] = call.args;
  if (name === '') refuse(call, 'Please specify an app to run the command on');
  return requireAppOfShell(call, name);
}

/** grep and sed read the domain as a pattern, in which a dot stands for any character. */
function begins(domain: string): (line: string) => boolean {
  const pattern = new RegExp(`^${domain.replace(/[\\^$*+?()[\]{}|]/g, '\\$&')}:`);
  return (line) => pattern.test(line);
}

const list: Handler = async (call) => {
  await call.sleep(60);
  const app = target(call);
  const lines = app.redirects ?? [];
  if (lines.length === 0) {
    call.err(warning(`There are no redirects for ${app.name}`));
    return 0;
  }
  const rows = lines.map((line) => {
    const [source = '', destination = '', code = '', ...rest] = line.split(':');
    return [source, destination, code === '' ? '301' : code, ...rest];
  });
  call.out(columnTable([['SOURCE', 'DESTINATION', 'CODE'], ...rows]));
  return 0;
};

const set: Handler = async (call) => {
  await call.sleep(60);
  const app = target(call);
  const [, source = '', destination = '', code = ''] = call.args;
  if (source === '' || destination === '') {
    refuse(call, 'Please provide a source domain and a destination');
  }
  app.redirects ??= [];
  if (app.redirects.some(begins(source))) fail(call, 'Source domain is already redirected');
  call.out(info(`Setting redirect for ${app.name}...`));
  app.redirects.push(`${source}:${destination}:${code || '301'}`);
  if (app.deployed) await buildProxyConfig(call, app);
  call.out(verbose('Done'));
  return 0;
};

const unset: Handler = async (call) => {
  await call.sleep(60);
  const app = target(call);
  const [, domain = ''] = call.args;
  if (domain === '') refuse(call, 'Please provide a source domain');
  call.out(info(`Unsetting redirect for ${app.name}...`));
  const goes = begins(domain);
  app.redirects = (app.redirects ?? []).filter((line) => !goes(line));
  if (app.deployed) await buildProxyConfig(call, app);
  call.out(verbose('Done'));
  return 0;
};

/** dokku-redirect 0.9.1: domains that lead to another domain. `--app` does not reach it. */
export const redirect: Installable = {
  plugin: {
    name: 'redirect',
    version: '0.9.1',
    description: 'Plugin for managing application redirects',
    enabled: true,
    sourceUrl: 'https://github.com/dokku/dokku-redirect.git',
    committish: 'cae5dfcd2b0dd4c2d6f9fabef6b1661d62004787',
    branch: 'master',
  },
  summaries: [['redirect', 'Plugin for managing application redirects']],
  commands: {
    redirect: list,
    // The script looks for its own bare name before the app and finds another.
    'redirect:default': (call) => list({ ...call, args: [call.command, ...call.args] }),
    'redirect:help': redirectHelp,
    'redirect:set': set,
    'redirect:unset': unset,
  },
};
