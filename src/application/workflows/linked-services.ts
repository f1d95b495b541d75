import type { LinkedService } from '../../domain/application/cause.ts';
import { isDatastore } from '../../domain/service/database.ts';
import type { Context } from '../context.ts';

/**
 * The data services that an app is linked to, with the state of their containers: one command for each such plugin of
 * the host and one for each link (100 to 200 ms), none that shows an address with its password.
 */
export async function linkedServices(app: string, context: Context): Promise<readonly LinkedService[]> {
  const { plugins } = await context.client.about(context.signal);
  const types = plugins.filter((plugin) => plugin.enabled && isDatastore(plugin)).map(({ name }) => name);
  const found = await Promise.all(types.map((type) => linksOf(type, app, context)));
  return found.flat();
}

async function linksOf(type: string, app: string, { client, signal }: Context): Promise<LinkedService[]> {
  const { stdout } = await client.execute({ name: `${type}:app-links`, args: [app] }, { signal });
  const names = stdout.split(/\s+/).filter((name) => /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(name));
  return await Promise.all(
    names.map(async (name) => {
      const info = await client.execute({ name: `${type}:info`, args: [name, '--status'] }, { signal });
      return { type, name, status: info.stdout.trim() };
    }),
  );
}
