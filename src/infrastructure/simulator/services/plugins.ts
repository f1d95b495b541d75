import { bareServer } from './bare-server.ts';
import { mongoServer } from './mongo/server.ts';
import { mariadbServer, mysqlServer } from './mysql/server.ts';
import type { DatastoreCosts, DatastorePlugin, DsnParts } from './plugin.ts';
import { postgresServer } from './postgres/server.ts';
import { redisServer } from './redis/server.ts';

const userAndDatabase =
  (user: (service: string) => string) =>
  ({ scheme, password, host, port, service, database }: DsnParts): string =>
    `${scheme}://${user(service)}:${password}@${host}:${port}/${database}`;

/** Of postgres and redis as measured (medians); the others are taken to be like postgres. */
const postgresCosts: DatastoreCosts = {
  create: 3200,
  destroy: 600,
  start: 300,
  stop: 160,
  connect: 150,
  export: 350,
  import: 260,
};
const redisCosts: DatastoreCosts = {
  ...postgresCosts,
  create: 1000,
  destroy: 450,
  connect: 90,
  export: 150,
  import: 500,
};

/** Subcommands that plugins without dumps leave out. */
const noDumps = `backup backup-auth backup-deauth backup-schedule backup-schedule-cat backup-set-encryption
  backup-unschedule backup-unset-encryption clone connect export import`.split(/\s+/);

/** Every datastore plugin that a simulated host can be given: one entry each. */
export const datastorePlugins: readonly DatastorePlugin[] = [
  {
    name: 'postgres',
    title: 'Postgres',
    variable: 'POSTGRES',
    alias: 'DATABASE',
    scheme: 'postgres',
    ports: [5432],
    configSuffix: 'data',
    pluginVersion: '1.48.0',
    image: 'postgres',
    imageVersion: '18.4',
    otherVersions: ['18.3', '17.6'],
    passwordDigits: 32,
    dsn: ({ scheme, password, host, port, database }) =>
      `${scheme}://postgres:${password}@${host}:${port}/${database}`,
    unimplemented: [],
    costs: postgresCosts,
    server: postgresServer,
  },
  {
    name: 'redis',
    title: 'Redis',
    variable: 'REDIS',
    alias: 'REDIS',
    scheme: 'redis',
    ports: [6379],
    configSuffix: 'config',
    pluginVersion: '1.43.0',
    image: 'redis',
    imageVersion: '8.8.0',
    otherVersions: ['8.6.0'],
    passwordDigits: 64,
    dsn: ({ scheme, password, host, port }) => `${scheme}://:${password}@${host}:${port}`,
    unimplemented: [],
    costs: redisCosts,
    server: redisServer,
  },
  {
    name: 'mysql',
    title: 'MySQL',
    variable: 'MYSQL',
    alias: 'DATABASE',
    scheme: 'mysql',
    ports: [3306],
    configSuffix: 'config',
    pluginVersion: '1.44.3',
    image: 'mysql',
    imageVersion: '9.7.0',
    otherVersions: [],
    passwordDigits: 16,
    rootPasswordDigits: 16,
    dsn: userAndDatabase(() => 'mysql'),
    exampleUser: 'mysql',
    unimplemented: [],
    costs: postgresCosts,
    server: mysqlServer,
  },
  {
    name: 'mariadb',
    title: 'MariaDB',
    variable: 'MARIADB',
    alias: 'DATABASE',
    scheme: 'mysql',
    ports: [3306],
    configSuffix: 'config',
    pluginVersion: '1.45.2',
    image: 'mariadb',
    imageVersion: '12.2.2',
    otherVersions: [],
    passwordDigits: 16,
    rootPasswordDigits: 16,
    dsn: userAndDatabase(() => 'mariadb'),
    exampleUser: 'mariadb',
    unimplemented: [],
    costs: postgresCosts,
    server: mariadbServer,
  },
  {
    name: 'mongo',
    title: 'MongoDB',
    variable: 'MONGO',
    alias: 'MONGO',
    scheme: 'mongodb',
    ports: [27_017, 27_018, 27_019, 28_017],
    configSuffix: 'config',
    pluginVersion: '1.40.6',
    image: 'mongo',
    imageVersion: '8.2.9',
    otherVersions: [],
    passwordDigits: 32,
    rootPasswordDigits: 32,
    dsn: userAndDatabase((service) => service),
    unimplemented: [],
    costs: postgresCosts,
    server: mongoServer,
  },
  {
    name: 'rabbitmq',
    title: 'RabbitMQ',
    variable: 'RABBITMQ',
    alias: 'RABBITMQ',
    scheme: 'amqp',
    ports: [5672, 4369, 35_197, 15_672],
    configSuffix: 'config',
    pluginVersion: '1.40.5',
    image: 'rabbitmq',
    imageVersion: '4.3.1-management',
    otherVersions: [],
    passwordDigits: 32,
    dsn: userAndDatabase((service) => service),
    unimplemented: noDumps,
    costs: postgresCosts,
    server: bareServer('[info] <0.9.0> Server startup complete'),
  },
  {
    name: 'elasticsearch',
    title: 'Elasticsearch',
    variable: 'ELASTICSEARCH',
    alias: 'ELASTICSEARCH',
    scheme: 'http',
    ports: [9200, 9300],
    configSuffix: 'config',
    pluginVersion: '1.40.3',
    image: 'elasticsearch',
    imageVersion: '9.3.3',
    otherVersions: [],
    passwordDigits: 0,
    dsn: ({ scheme, host, port }) => `${scheme}://${host}:${port}`,
    says: {
      creation: ['Extracting config files'],
      container: ['Set file permissions for config', 'Set file permissions for data'],
    },
    unimplemented: noDumps,
    costs: postgresCosts,
    server: bareServer('[INFO ][o.e.n.Node] started'),
  },
];
