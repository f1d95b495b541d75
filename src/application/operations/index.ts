import type { Operation } from '../operation.ts';
import { appCopy } from './app-copy.ts';
import { appApply, appDrift, appExport } from './app-description.ts';
import { appDiagnose } from './app-diagnose.ts';
import { appsCreate, appsDestroy, appsSet } from './apps.ts';
import { appsInfo } from './apps-info.ts';
import { appsList } from './apps-list.ts';
import { backupCancel } from './backup-cancel.ts';
import { backupStatus } from './backup-status.ts';
import { backupsRun } from './backups-run.ts';
import { buildsList } from './builds-list.ts';
import { certsInfo } from './certs-info.ts';
import { certsSet } from './certs-set.ts';
import { changesList, changeUndo } from './changes.ts';
import { commandExecute, commandQuery, commandSearch } from './commands.ts';
import { configGet } from './config-get.ts';
import { configSet } from './config-set.ts';
import { deployCancel, deployRollback, deployStart } from './deploy.ts';
import { deployStatus } from './deploy-status.ts';
import { domainsSet } from './domains.ts';
import { domainsInfo } from './domains-info.ts';
import { hostCleanup } from './host-cleanup.ts';
import { hostInfo } from './host-info.ts';
import { hostReview } from './host-review.ts';
import { hostSamples } from './host-samples.ts';
import { hostsReview } from './hosts-review.ts';
import { logsRead } from './logs.ts';
import { networksInfo, networksSet } from './networks.ts';
import { policyExplain } from './policy-explain.ts';
import { portsSet } from './ports.ts';
import { psControl, psScale } from './ps.ts';
import { psSet } from './ps-set.ts';
import { registrySet } from './registry.ts';
import { runCommand } from './run.ts';
import { servicesInfo } from './services-info.ts';
import { servicesLogs } from './services-logs.ts';
import { servicesSet } from './services-set.ts';
import { storageInfo } from './storage-info.ts';
import { storageSet } from './storage-set.ts';

/** Every operation, in the order in which tools are listed. Tools, CLI, docs and tests are projections of this list. */
export const operations: readonly Operation[] = [
  appsList,
  appsInfo,
  appDiagnose,
  appsCreate,
  appsSet,
  appsDestroy,
  deployStart,
  deployStatus,
  deployCancel,
  deployRollback,
  buildsList,
  logsRead,
  psScale,
  psControl,
  psSet,
  runCommand,
  configGet,
  configSet,
  domainsSet,
  portsSet,
  servicesInfo,
  servicesSet,
  servicesLogs,
  changesList,
  changeUndo,
  hostReview,
  backupsRun,
  backupStatus,
  backupCancel,
  commandSearch,
  commandQuery,
  commandExecute,
  policyExplain,
  hostInfo,
  hostSamples,
  hostCleanup,
  domainsInfo,
  certsInfo,
  certsSet,
  networksInfo,
  networksSet,
  storageInfo,
  storageSet,
  registrySet,
  hostsReview,
  appExport,
  appDrift,
  appApply,
  appCopy,
];
