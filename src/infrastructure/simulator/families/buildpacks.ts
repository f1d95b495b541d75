import { property, requireApp } from '../access.ts';
import type { Family, Handler, Invocation } from '../invocation.ts';
import { fail, info, verbose, warning } from '../output.ts';
import { type FlagSpec, parseFlags } from '../pflag.ts';
import { propertyHandler } from '../properties.ts';
import { type ReportKeys, reportHandler } from '../report.ts';
import type { SimulatedApp } from '../state.ts';

const STACK = 'gliderlabs/herokuish:latest-24';
const index: FlagSpec = {
  kind: 'int',
  usage: '--index: the 1-based index of the URL in the list of URLs',
  initial: '0',
};

/** The URL of a buildpack: `owner/name` stands for its repository on GitHub (validBuildpackURL). */
function buildpackUrl(call: Invocation, buildpack: string): string {
  if (buildpack === '') fail(call, 'Must specify a buildpack url or reference');
  const short = /^([\w-]+)\/([\w-]+)$/.exec(buildpack);
  if (short !== null) {
    const owner = short[1] === 'heroku-community' ? 'heroku' : short[1];
    return `https://github.com/${owner}/heroku-buildpack-${short[2]}.git`;
  }
  if (/^(http|https|git)(:\/\/|@)([^/:]+)[/:]([^/:]+)\/(.+)$/.test(buildpack)) return buildpack;
  return fail(call, `Invalid buildpack specified: ${buildpack}`);
}

const add: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, { index });
  const app = requireApp(call, flags.arg(0));
  const url = buildpackUrl(call, flags.arg(1));
  const place = Number(flags.text('index'));
  if (place === 0 || place > app.buildpacks.length) app.buildpacks.push(url);
  else if (place > 0) app.buildpacks.splice(place - 1, 0, url);
  return 0;
};

const clear: Handler = async (call) => {
  await call.sleep(40);
  requireApp(call, parseFlags(call, {}).arg(0)).buildpacks = [];
  return 0;
};

const list: Handler = async (call) => {
  await call.sleep(48);
  const app = requireApp(call, parseFlags(call, {}).arg(0));
  if (!call.flags.quiet) call.out(info(`${app.name} buildpack urls`));
  for (const url of app.buildpacks) call.out(verbose(url));
  return 0;
};

const remove: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, { index });
  const app = requireApp(call, flags.arg(0));
  const place = Number(flags.text('index'));
  const named = flags.arg(1);
  if (place !== 0 && named !== '') fail(call, 'Please choose either index or Buildpack, but not both');
  if (place === 0 && named === '') fail(call, 'Must specify a buildpack to remove, either by index or URL');
  const wanted = place === 0 ? buildpackUrl(call, named) : '';
  if (app.buildpacks.length === 0) {
    fail(call, `No buildpacks were found, next release on ${app.name} will detect buildpack normally`);
  }
  const url = place === 0 ? app.buildpacks.find((known) => known === wanted) : app.buildpacks[place - 1];
  if (url === undefined) fail(call, place === 0 ? 'Value not found' : 'Index not found');
  if (!call.flags.quiet) call.out(info(`Removing ${url}`));
  app.buildpacks = app.buildpacks.filter((known) => known !== url);
  return 0;
};

const set: Handler = async (call) => {
  await call.sleep(50);
  const flags = parseFlags(call, {
    index,
    replace: { kind: 'bool', usage: '--replace: replace the entire ordered buildpack list' },
  });
  const app = requireApp(call, flags.arg(0));
  const given = flags.rest.slice(1);
  const place = Number(flags.text('index'));
  if (flags.has('replace')) {
    if (place !== 0) fail(call, 'The --index flag cannot be used with --replace');
    if (given.length === 0) {
      fail(call, 'Must specify at least one buildpack, use buildpacks:clear to remove all buildpacks');
    }
    app.buildpacks = given.map((buildpack) => buildpackUrl(call, buildpack));
    return 0;
  }
  if (given.length > 1) fail(call, 'Setting multiple buildpacks requires the --replace flag');
  if (given.length === 0) fail(call, 'Must specify a buildpack');
  const url = buildpackUrl(call, given[0] ?? '');
  const at = place > 0 ? place - 1 : 0;
  if (at < app.buildpacks.length) app.buildpacks[at] = url;
  else app.buildpacks.push(url);
  return 0;
};

function appKeys(app: SimulatedApp, call: Invocation): ReportKeys {
  return {
    'buildpacks-computed-stack': () => computedStack(app, call),
    'buildpacks-global-stack': property(call.host, 'buildpacks', '--global', 'stack'),
    'buildpacks-list': app.buildpacks.join(','),
    'buildpacks-stack': property(call.host, 'buildpacks', app, 'stack'),
  };
}

function computedStack(app: SimulatedApp, call: Invocation): string {
  const set =
    property(call.host, 'buildpacks', app, 'stack') || property(call.host, 'buildpacks', '--global', 'stack');
  if (set !== '') return set;
  const image = app.config.get('DOKKU_IMAGE') ?? '';
  if (image === '') return STACK;
  const text =
    'Deprecated: use buildpacks:set-property instead of specifying DOKKU_IMAGE environment variable';
  call.err(warning(text));
  return image;
}

/** plugins/buildpacks: the ordered buildpacks of an app and the stack they run on. */
export const buildpacks: Family = {
  commands: {
    'buildpacks:add': add,
    'buildpacks:clear': clear,
    'buildpacks:list': list,
    'buildpacks:remove': remove,
    'buildpacks:report': reportHandler({
      type: 'buildpacks',
      legacyPrefix: true,
      app: appKeys,
      global: (call) => ({
        'buildpacks-global-stack': property(call.host, 'buildpacks', '--global', 'stack'),
      }),
      cost: { base: 46, perApp: 66 },
    }),
    'buildpacks:set': set,
    'buildpacks:set-property': propertyHandler({
      plugin: 'buildpacks',
      style: 'go',
      keys: ['stack'],
      globalKeys: ['stack'],
      cost: 190,
    }),
  },
};
