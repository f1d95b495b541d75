import { Exit, type Invocation } from '../invocation.ts';
import { fail } from '../output.ts';
import type { DatastorePlugin } from './plugin.ts';
import { complainOfId, requireService, type Target } from './target.ts';
import { exportDump } from './transfer.ts';

type Words = readonly (string | undefined)[];

/** The arguments after the service, each with what the subcommand says when it is missing; then the service itself. */
function withArguments(call: Invocation, plugin: DatastorePlugin, missing: readonly string[]): Target {
  if ((call.args[0] ?? '') === '') fail(call, 'Please specify a valid name for the service');
  const absent = missing.find((_, index) => (call.args[index + 1] ?? '') === '');
  if (absent !== undefined) fail(call, absent);
  return requireService(call, plugin, call.args[0]);
}

const BUCKET = 'Please specify an aws bucket for the backup';
const isIam = (word: string): boolean => word === '--use-iam' || word === '-u';

/** `backup <service> <bucket> [--use-iam]` */
export async function backup(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(75);
  const target = withArguments(call, plugin, [BUCKET]);
  const { service } = target;
  const [, bucket = '', iam = ''] = call.args;
  complainOfId(call, target);
  if (iam === '' && service.backupAuth === undefined) fail(call, 'Missing AWS_ACCESS_KEY_ID file');
  if (iam !== '' && !isIam(iam)) fail(call, 'Provide AWS credentials or use the --use-iam flag');
  if (service.container === undefined) fail(call, 'Service container does not exist');
  if (service.state !== 'running' && service.state !== 'restarting') {
    fail(call, 'Service container is not running');
  }
  await exportDump(call, target, () => undefined);
  await call.sleep(1400);
  return upload(call, target, bucket);
}

/** The s3backup container: packs the dump and sends it to the bucket. */
function upload(call: Invocation, target: Target, bucket: string): number {
  const { host } = call;
  const { plugin, name, service } = target;
  if (service.publicKeyId !== undefined) {
    call.err('gpg: keyserver receive failed: No name\n');
    call.out('Error: Failed to retrieve the public key from the keyserver.\n');
    return 1;
  }
  const endpoint = service.backupAuth?.endpoint ?? '';
  const buckets = host.world.objectStores.get(endpoint);
  const stamp = new Date(host.now()).toISOString().slice(0, 19).replace(/[T:]/g, '-');
  const key = `${plugin.name}-${name}-${stamp}.tgz`;
  const fault = uploadFault(service.backupAuth === undefined, endpoint, buckets, bucket, key);
  if (fault !== undefined) {
    call.err(`upload failed: - to s3://${bucket}/${key} ${fault}\n`);
    call.out('Backup of backup/ has failed. Please investigate the issue.\n');
    return 1;
  }
  service.backups.push({
    at: host.now(),
    endpoint,
    bucket,
    key,
    encrypted: service.encryptionKey !== undefined,
  });
  call.out(`${stamp}: The backup for ${plugin.name}-${name} finished successfully.\n`);
  return 0;
}

function uploadFault(
  anonymous: boolean,
  endpoint: string,
  buckets: ReadonlySet<string> | undefined,
  bucket: string,
  key: string,
): string | undefined {
  if (anonymous) return 'Unable to locate credentials';
  if (buckets === undefined) {
    const url =
      endpoint === '' ? `https://${bucket}.s3.amazonaws.com/${key}` : `${endpoint}/${bucket}/${key}`;
    return `Could not connect to the endpoint URL: "${url}"`;
  }
  if (buckets.has(bucket)) return undefined;
  return 'An error occurred (NoSuchBucket) when calling the PutObject operation: The specified bucket does not exist';
}

/** `backup-auth <service> <key-id> <secret> [<region> [<signature-version> [<endpoint>]]]`; it replaces nothing. */
export async function backupAuth(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(85);
  const target = withArguments(call, plugin, [
    'Please specify an aws access key id',
    'Please specify an aws secret access key',
  ]);
  const { service } = target;
  if (service.backupAuth !== undefined) {
    call.err(`mkdir: cannot create directory '${target.root}/backup': File exists\n`);
    return 1;
  }
  const [, accessKeyId = '', secretAccessKey = '', region = '', signatureVersion = '', endpoint = '']: Words =
    call.args;
  service.backupAuth = { accessKeyId, secretAccessKey, region, signatureVersion, endpoint };
  return 0;
}

/** `backup-deauth <service>` */
export async function backupDeauth(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(85);
  withArguments(call, plugin, []).service.backupAuth = undefined;
  return 0;
}

/** `backup-schedule <service> <schedule> <bucket> [--use-iam]`: any text is a schedule. */
export async function backupSchedule(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(110);
  const target = withArguments(call, plugin, ['Please specify a schedule for the backup', BUCKET]);
  const [, schedule = '', bucket = '', iam = ''] = call.args;
  if (iam !== '' && !isIam(iam)) fail(call, "Invalid flag provided, only '--use-iam' allowed");
  const command = `${plugin.name}:backup ${target.name} ${bucket} ${iam}`;
  const line = `${schedule} dokku /usr/local/bin/dokku ${command}\n`;
  call.host.backupSchedules.set(`${plugin.name}-${target.name}`, line);
  return 0;
}

/** `backup-schedule-cat <service>` */
export async function backupScheduleCat(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(80);
  const { name } = withArguments(call, plugin, []);
  const line = call.host.backupSchedules.get(`${plugin.name}-${name}`);
  if (line === undefined) fail(call, `There is no scheduled backup for ${name}.`);
  call.out(line);
  return 0;
}

/** `backup-unschedule <service>` */
export async function backupUnschedule(call: Invocation, plugin: DatastorePlugin): Promise<number> {
  await call.sleep(100);
  const { name } = withArguments(call, plugin, []);
  call.host.backupSchedules.delete(`${plugin.name}-${name}`);
  return 0;
}

/** `backup-set-encryption <service> <passphrase>` and `backup-set-public-key-encryption <service> <key-id>` */
export function setEncryption(kind: 'encryptionKey' | 'publicKeyId', missing: string) {
  return async (call: Invocation, plugin: DatastorePlugin): Promise<number> => {
    await call.sleep(80);
    withArguments(call, plugin, [missing]).service[kind] = call.args[1];
    return 0;
  };
}

/** `backup-unset-encryption <service>` and `backup-unset-public-key-encryption <service>` */
export function unsetEncryption(kind: 'encryptionKey' | 'publicKeyId', file: string) {
  return async (call: Invocation, plugin: DatastorePlugin): Promise<number> => {
    await call.sleep(85);
    const { service, root } = withArguments(call, plugin, []);
    if (service[kind] === undefined) {
      call.err(`rm: cannot remove '${root}/backup-encryption//${file}': No such file or directory\n`);
      throw new Exit(1);
    }
    service[kind] = undefined;
    return 0;
  };
}
