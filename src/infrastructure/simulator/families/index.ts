import type { Family } from '../invocation.ts';
import { apps } from './apps.ts';
import { config } from './config.ts';
import { helpFamily } from './help.ts';
import { hostFamily } from './host.ts';
import { plugin } from './plugin.ts';
import { vitals } from './report.ts';
import { sshKeys } from './ssh-keys.ts';

/** Every plugin that the simulated host has: one import and one entry each. A later entry wins over an earlier one. */
export const families: readonly Family[] = [helpFamily, apps, config, hostFamily, plugin, sshKeys, vitals];
