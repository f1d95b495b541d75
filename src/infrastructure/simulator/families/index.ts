import type { Family } from '../invocation.ts';
import { appJson } from './app-json.ts';
import { apps } from './apps.ts';
import { builder } from './builders.ts';
import { buildpacks } from './buildpacks.ts';
import { builds } from './builds.ts';
import { certs } from './certs.ts';
import { checks } from './checks.ts';
import { checksRun } from './checks-run.ts';
import { config } from './config.ts';
import { containerProxies } from './container-proxies.ts';
import { containerProxyCommands } from './container-proxy-commands.ts';
import { cron } from './cron.ts';
import { dockerOptions } from './docker-options.ts';
import { domains } from './domains.ts';
import { domainsGlobal } from './domains-global.ts';
import { enterFamily } from './enter.ts';
import { git } from './git.ts';
import { helpFamily } from './help.ts';
import { hostFamily } from './host.ts';
import { logs } from './logs.ts';
import { logsSettings } from './logs-settings.ts';
import { network } from './network.ts';
import { nginx } from './nginx.ts';
import { plugin } from './plugin.ts';
import { ports } from './ports.ts';
import { proxy } from './proxy.ts';
import { ps } from './ps.ts';
import { registry } from './registry.ts';
import { vitals } from './report.ts';
import { resource } from './resource.ts';
import { runFamily } from './run.ts';
import { scheduler, schedulerDockerLocal } from './scheduler.ts';
import { schedulerK3s } from './scheduler-k3s.ts';
import { sshKeys } from './ssh-keys.ts';
import { storage } from './storage.ts';
import { storageMetadata } from './storage-metadata.ts';
import { storageMounts } from './storage-mounts.ts';
import { storageSettings } from './storage-settings.ts';
import { urls } from './urls.ts';

/** Every plugin that the simulated host has: one import and one entry each. A later entry wins over an earlier one. */
export const families: readonly Family[] = [
  helpFamily,
  appJson,
  apps,
  builder,
  buildpacks,
  certs,
  checks,
  config,
  containerProxies,
  containerProxyCommands,
  cron,
  dockerOptions,
  domains,
  domainsGlobal,
  hostFamily,
  logsSettings,
  network,
  nginx,
  plugin,
  ports,
  proxy,
  registry,
  resource,
  scheduler,
  schedulerDockerLocal,
  schedulerK3s,
  sshKeys,
  storage,
  storageMetadata,
  storageMounts,
  storageSettings,
  vitals,
  builds,
  checksRun,
  enterFamily,
  git,
  logs,
  ps,
  runFamily,
  urls,
];
