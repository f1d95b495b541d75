/** Help of these subcommands, as their sources in the official datastore plugins hold it; `{...}` stands for what differs between plugins. */
export const backupsHelp: Readonly<Record<string, string>> = {
  backup: `desc create a backup of the {service} service to an existing s3 bucket
args SERVICE BUCKET_NAME USE_IAM_OPTIONAL_FLAG
A service, service to run command against
A bucket-name, name of the s3 bucket to upload backups to
F -u|--use-iam, use the IAM profile associated with the current server
E backup the 'lollipop' service to the 'my-s3-bucket' bucket on AWS
E dokku {prefix}:backup lollipop my-s3-bucket --use-iam
E restore a backup file (assuming it was extracted via 'tar -xf backup.tgz')
E dokku {prefix}:import lollipop < backup-folder/export`,
  'backup-auth': `desc set up authentication for backups on the {service} service
args SERVICE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION AWS_SIGNATURE_VERSION ENDPOINT_URL
A service, service to run command against
A access-key-id, an amazon AWS_ACCESS_KEY_ID
A aws-secret-access-key, an amazon AWS_SECRET_ACCESS_KEY
A aws-default-region, (optional) a valid amazon S3 region
A aws-signature-version, (optional) the AWS signature version to use when signing S3 requests
A endpoint-url, (optional) an aws endpoint to upload to
E setup s3 backup authentication
E dokku {prefix}:backup-auth lollipop AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
E setup s3 backup authentication with different region
E dokku {prefix}:backup-auth lollipop AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION
E setup s3 backup authentication with different signature version and endpoint
E dokku {prefix}:backup-auth lollipop AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_SIGNATURE_VERSION ENDPOINT_URL
E more specific example for minio auth
E dokku {prefix}:backup-auth lollipop MINIO_ACCESS_KEY_ID MINIO_SECRET_ACCESS_KEY us-east-1 s3v4 https://YOURMINIOSERVICE`,
  'backup-deauth': `desc remove backup authentication for the {service} service
args SERVICE
A service, service to run command against
E remove s3 authentication
E dokku {prefix}:backup-deauth lollipop`,
  'backup-schedule': `desc schedule a backup of the {service} service
args SERVICE SCHEDULE BUCKET_NAME USE_IAM_OPTIONAL_FLAG
A service, service to run command against
A schedule, a cron schedule to run backups on
A bucket-name, name of the s3 bucket to upload backups to
F -u|--use-iam, use the IAM profile associated with the current server
E schedule a backup
E > 'schedule' is a crontab expression, eg. "0 3 * * *" for each day at 3am
E dokku {prefix}:backup-schedule lollipop "0 3 * * *" my-s3-bucket
E schedule a backup and authenticate via iam
E dokku {prefix}:backup-schedule lollipop "0 3 * * *" my-s3-bucket --use-iam`,
  'backup-schedule-cat': `desc cat the contents of the configured backup cronfile for the service
args SERVICE
A service, service to run command against
E cat the contents of the configured backup cronfile for the service
E dokku {prefix}:backup-schedule-cat lollipop`,
  'backup-set-encryption': `desc set encryption for all future backups of {service} service
args SERVICE PASSPHRASE
A service, service to run command against
A passphrase, a GPG-compatible passphrase
E set the GPG-compatible passphrase for encrypting backups for backups
E dokku {prefix}:backup-set-encryption lollipop
E public key encryption will take precendence over the passphrase encryption if both types are set.`,
  'backup-set-public-key-encryption': `desc set GPG Public Key encryption for all future backups of {service} service
args SERVICE PUBLIC_KEY_ID
A service, service to run command against
A public-key-id, a GPG Public Key ID (or fingerprint) to use for encryption. Must be uploaded to the GPG keyserver beforehand.
E set the GPG Public Key for encrypting backups
E dokku {prefix}:backup-set-public-key-encryption lollipop
E this method currently requires the <public-key-id> to be present on the keyserver 'keyserver.ubuntu.com'`,
  'backup-unschedule': `desc unschedule the backup of the {service} service
args SERVICE
A service, service to run command against
E remove the scheduled backup from cron
E dokku {prefix}:backup-unschedule lollipop`,
  'backup-unset-encryption': `desc unset encryption for future backups of the {service} service
args SERVICE
A service, service to run command against
E unset the GPG encryption passphrase for backups
E dokku {prefix}:backup-unset-encryption lollipop`,
  'backup-unset-public-key-encryption': `desc unset GPG Public Key encryption for future backups of the {service} service
args SERVICE
A service, service to run command against
E unset the GPG Public Key encryption for backups
E dokku {prefix}:backup-unset-public-key-encryption lollipop`,
};
