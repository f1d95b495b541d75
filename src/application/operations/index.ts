import type { Operation } from '../operation.ts';
import { appsCreate, appsDestroy, appsSet } from './apps.ts';
import { appsInfo } from './apps-info.ts';
import { appsList } from './apps-list.ts';
import { buildsList } from './builds-list.ts';
import { changesList, changeUndo } from './changes.ts';
import { commandExecute, commandQuery, commandSearch } from './commands.ts';
import { configGet } from './config-get.ts';
import { configSet } from './config-set.ts';
import { deployCancel, deployRollback, deployStart } from './deploy.ts';
import { deployStatus } from './deploy-status.ts';
import { domainsSet } from './domains.ts';
import { logsRead } from './logs.ts';
import { policyExplain } from './policy-explain.ts';
import { portsSet } from './ports.ts';
import { psControl, psScale } from './ps.ts';
import { psSet } from './ps-set.ts';
import { runCommand } from './run.ts';

/** Every operation, in the order in which tools are listed. Tools, CLI, docs and tests are projections of this list. */
export const operations: readonly Operation[] = [
  appsList,
  appsInfo,
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
  changesList,
  changeUndo,
  commandSearch,
  commandQuery,
  commandExecute,
  policyExplain,
];
