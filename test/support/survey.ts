import type { AppSummary } from '../../src/domain/application/application.ts';
import type { InstalledCertificate } from '../../src/domain/infrastructure/certificate.ts';
import type { NetworkSettings } from '../../src/domain/infrastructure/network.ts';
import type { AppSettings, HostSurvey, SurveyedApp } from '../../src/domain/infrastructure/survey.ts';

const DAY = 24 * 3_600_000;
export const NOW = Date.UTC(2026, 10, 25);

export const settings: AppSettings = {
  proxy: { enabled: true, type: 'nginx' },
  checksDisabled: [],
  checksSkipped: [],
  resources: { 'web.limit.memory': '128m' },
  scheduler: 'docker-local',
  cron: { tasks: 0, maintenance: false },
  ports: [],
};

export const certificate: InstalledCertificate = {
  names: ['good.example.com'],
  issuer: 'C = US, CN = E7',
  subject: 'CN=good.example.com',
  verified: 'verified by a certificate authority',
  from: NOW - DAY,
  until: NOW + 60 * DAY,
};

const attached: NetworkSettings['attached'] = {
  'initial-network': [],
  'attach-post-create': [],
  'attach-post-deploy': [],
};
export const network: NetworkSettings = {
  attached,
  own: attached,
  bindAllInterfaces: false,
  listeners: ['172.17.0.2:5000'],
};

/** An app with which everything is well, but for what is said. */
export function surveyed(
  name: string,
  summary: Partial<AppSummary> = {},
  more: Partial<SurveyedApp> = {},
): SurveyedApp {
  const domain = `${name}.example.com`;
  return {
    summary: {
      name,
      state: 'deployed',
      running: { value: 'true', at: NOW },
      source: { kind: 'image', location: 'demo/web:1' },
      lastBuild: {
        id: 'aaaaaaaaaaaaaa',
        status: 'succeeded',
        kind: 'build',
        source: 'git:from-image',
        startedAt: NOW,
      },
      domains: [domain],
      locked: false,
      ...summary,
    },
    settings,
    network,
    certificate: { ...certificate, names: [domain] },
    mounts: [],
    ...more,
  };
}

/** A host with which everything is well, but for what is said. */
export function survey(apps: readonly SurveyedApp[], more: Partial<HostSurvey> = {}): HostSurvey {
  return {
    at: NOW,
    about: { version: '0.38.27', plugins: [{ name: 'apps', version: '0.38.27', enabled: true, core: true }] },
    server: {
      disks: [{ device: '/dev/vda1', mount: '/', usedPercent: 20, available: 30 * 2 ** 30 }],
      inodes: [{ device: '/dev/vda1', mount: '/', usedPercent: 5 }],
      memory: { total: 4000, available: 2000, swapTotal: 0, swapUsed: 0 },
      docker: { running: 3, stopped: 0 },
      tools: {},
    },
    apps,
    networks: [],
    entries: [],
    logMaxSize: '10m',
    missing: [],
    cost: { commands: 20, perApp: {}, slowerWithApps: [] },
    ...more,
  };
}

const failed = {
  id: 'bbbbbbbbbbbbbb',
  status: 'failed',
  kind: 'build',
  source: 'git:sync',
  startedAt: NOW,
} as const;
const mount = (hostPath: string) => ({
  app: 'mounts',
  entry: 'legacy-1',
  hostPath,
  containerPath: '/data',
  readonly: false,
  phases: ['deploy'],
  process: '_default_',
});

/** Each app has the one trouble that it is named after; the host has all that a host can have. */
export const troubled: HostSurvey = survey(
  [
    surveyed('unreadable', {}, { unreadable: 'config:keys: unterminated quoted value' }),
    surveyed('down', { running: { value: 'false', at: NOW } }, { processes: ['web.1 exited'] }),
    surveyed('partly', { running: { value: 'mixed', at: NOW } }),
    surveyed('restarting', {}, { restarts: 9 }),
    surveyed('failed', { lastBuild: failed }, { failedInARow: 1 }),
    surveyed('failing', { lastBuild: failed }, { failedInARow: 4 }),
    surveyed('locked', { locked: true }),
    surveyed('stopped', { state: 'stopped', running: { value: 'false', at: NOW } }),
    {
      summary: { name: 'empty', state: 'created', domains: ['empty.example.com'], locked: false },
      settings,
      mounts: [],
    },
    surveyed('unchecked', {}, { settings: { ...settings, checksDisabled: ['_all_'] } }),
    surveyed('skipped', {}, { settings: { ...settings, checksSkipped: ['web'] } }),
    surveyed('unlimited', {}, { settings: { ...settings, resources: {} } }),
    surveyed('idle', {}, { settings: { ...settings, cron: { tasks: 2, maintenance: true } } }),
    surveyed('closed', {}, { maintenance: true }),
    surveyed(
      'twin',
      { domains: ['twin.example.com', 'twice.example.com'] },
      { certificate: { ...certificate, names: ['*.example.com'] } },
    ),
    surveyed(
      'other',
      { domains: ['twice.example.com'] },
      { certificate: { ...certificate, names: ['*.example.com'] } },
    ),
    surveyed('nameless', { domains: [] }),
    surveyed('unproxied', {}, { settings: { ...settings, proxy: { enabled: false, type: 'nginx' } } }),
    surveyed(
      'expired',
      {},
      { certificate: { ...certificate, names: ['expired.example.com'], until: NOW - DAY } },
    ),
    surveyed(
      'expiring',
      {},
      { certificate: { ...certificate, names: ['expiring.example.com'], until: NOW + 12 * DAY } },
    ),
    surveyed('misnamed', {}, { certificate }),
    surveyed(
      'selfmade',
      {},
      {
        certificate: {
          ...certificate,
          names: ['selfmade.example.com'],
          verified: 'self signed',
          subject: 'CN=me; O=x',
          issuer: 'CN = me, O = x',
        },
      },
    ),
    { ...withoutCertificate('plain'), detected: ['http:5000:5000'] },
    surveyed('protected', {}, { httpAuth: { enabled: true, users: [], addresses: [] } }),
    surveyed(
      'astray',
      {},
      {
        network: {
          ...network,
          attached: { ...attached, 'attach-post-deploy': ['gone'] },
          bindAllInterfaces: true,
        },
      },
    ),
    surveyed('exposed', {}, { detected: ['https:5000:5000'] }),
    surveyed('mounts', {}, { mounts: [mount('volume'), mount('/var/run/docker.sock'), mount('/etc/ssl')] }),
  ],
  {
    about: {
      version: '0.38.1',
      plugins: [
        { name: 'letsencrypt', version: '0.9.0', enabled: true, core: false },
        { name: 'postgres', version: '1.48.0', enabled: false, core: false },
      ],
    },
    server: {
      disks: [{ device: '/dev/vda1', mount: '/', usedPercent: 97, available: 2 ** 30 }],
      inodes: [{ device: '/dev/vda1', mount: '/', usedPercent: 85 }],
      memory: { total: 4000, available: 100, swapTotal: 0, swapUsed: 0 },
      docker: { running: 3, stopped: 40 },
      tools: {},
    },
    networks: [
      { name: 'lone', id: 'x', driver: 'bridge', scope: 'local', dokkuManaged: true, internal: false },
    ],
    entries: [{ name: 'spare', scheduler: 'docker-local', hostPath: '/var/lib/dokku/data/storage/spare' }],
    letsencrypt: ['expiring'],
    autoRenew: false,
    logMaxSize: 'unlimited',
  },
);

function withoutCertificate(name: string): SurveyedApp {
  const { certificate: _certificate, ...rest } = surveyed(name);
  return rest;
}
