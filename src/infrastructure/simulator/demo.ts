import { SimulatedHost } from './host.ts';
import { runSession } from './session.ts';

/** A real deploy takes half a minute and more; a person who tries the product should not wait so long. */
const SPEED = 0.15;

/** What stands on the host when the demo begins, as an operator would have put it there. */
const HISTORY = [
  'domains:set-global demo.example',
  'apps:create shop',
  'config:set --no-restart shop SECRET_KEY_BASE=5b6d1d3f9be241c7 RAILS_ENV=production',
  'postgres:create shop-db',
  'postgres:link shop-db shop',
  'redis:create shop-cache',
  'git:sync --build shop https://github.com/acme/shop.git v1',
  'domains:add shop shop.example.com',
  'apps:create blog',
  'git:from-image blog demo/web:1',
  'apps:create api',
  'git:from-image api demo/web:2',
  'ps:scale api web=2',
  'apps:create staging',
];

/** What is in the shop's database. */
const ORDERS = `create table orders (id serial primary key, customer text not null, total numeric);
insert into orders (customer, total) values ('ann', 19.9), ('bob', 7.5), ('eve', 42);
`;

/** A simulated host on which three apps have run for a while, one of them with a database, and one was never deployed. */
export async function createDemoHost(): Promise<SimulatedHost> {
  const host = new SimulatedHost({ name: 'demo', speed: 0, now: Date.now() - 3 * 24 * 3_600_000 });
  for (const plugin of ['postgres', 'redis']) host.install(plugin);
  for (const line of HISTORY) await runSession(host, { line });
  await runSession(host, { line: 'postgres:connect shop-db', stdin: Buffer.from(ORDERS) });
  host.advance(Date.now() - host.now());
  host.speed = SPEED;
  return host;
}
