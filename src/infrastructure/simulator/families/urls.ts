import { requireAppOfShell } from '../access.ts';
import type { Family, Handler } from '../invocation.ts';
import { appUrl, appUrls } from '../urls.ts';

const all: Handler = async (call) => {
  await call.sleep(60);
  const app = requireAppOfShell(call, call.args[0]);
  await call.sleep(900);
  for (const url of appUrls(call.host, app)) call.out(`${url}\n`);
  return 0;
};

const first: Handler = async (call) => {
  await call.sleep(60);
  const app = requireAppOfShell(call, call.args[0]);
  await call.sleep(900);
  const url = appUrl(call.host, app);
  if (url !== undefined) call.out(`${url}\n`);
  return url === undefined ? 1 : 0;
};

/** `url` and `urls` of plugins/00_dokku-standard. */
export const urls: Family = { commands: { url: first, urls: all } };
