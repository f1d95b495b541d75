import { ValidationError } from '../../domain/errors.ts';

/** Where to go and how to prove who is who; everything else comes from the user's own ssh configuration. */
export interface SshTarget {
  /** Label for messages. */
  readonly name: string;
  /** `dokku@example.com`, or an alias of the user's ssh configuration. */
  readonly destination: string;
  readonly port?: number;
  /** Private key file; then only this key is offered. Never its content. */
  readonly identity?: string;
  /** Another ssh configuration file than the user's own. */
  readonly configFile?: string;
  /** known_hosts file; default the user's. */
  readonly knownHosts?: string;
  /** More `Key=Value` settings for `ssh -o`; the settings that keep us safe cannot be overridden. */
  readonly extraOptions?: readonly string[];
  /** Take an unknown host key at the first contact instead of refusing. A changed key is refused all the same. */
  readonly acceptNewHostKey?: boolean;
}

/** These come first, and ssh keeps the first value it sees, so neither its configuration nor a caller undoes them. */
const safety = [
  'BatchMode=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  'UpdateHostKeys=no',
  'ControlPersist=no',
];

/** Defaults an operator may tune: a dead link is noticed after 30 s, a host that does not answer after 10 s. */
const tunable = ['ConnectTimeout=10', 'ServerAliveInterval=10', 'ServerAliveCountMax=3'];

/** Characters no destination needs and a ProxyCommand of the user's could hand to a shell (CVE-2023-51385). */
const unsafeDestination = /^-|[\s\p{Cc}'"`$\\;&<>|(){}]/u;

/** Throws a ValidationError for a destination that ssh could take for an option or hand to a shell. */
export function checkTarget(target: SshTarget): void {
  if (target.destination === '' || unsafeDestination.test(target.destination)) {
    throw new ValidationError('host', 'is not an SSH destination', {
      value: target.destination,
      wayOut: 'Name the host as user@name, for example dokku@example.com, or as an alias of ~/.ssh/config.',
    });
  }
}

/** The options of every ssh we start; the caller adds its mode, then `--` and the destination. */
export function sshOptions(target: SshTarget, logLevel: 'ERROR' | 'INFO' | 'VERBOSE' | 'DEBUG1'): string[] {
  const settings = [
    ...safety,
    `StrictHostKeyChecking=${target.acceptNewHostKey === true ? 'accept-new' : 'yes'}`,
    `LogLevel=${logLevel}`,
  ];
  if (target.identity !== undefined) {
    settings.push('IdentitiesOnly=yes', `IdentityFile=${quotePath(target.identity)}`);
  }
  if (target.knownHosts !== undefined) {
    settings.push(`UserKnownHostsFile=${quotePath(target.knownHosts)}`);
  }
  settings.push(...(target.extraOptions ?? []), ...tunable);
  const port = target.port === undefined ? [] : ['-p', String(target.port)];
  const config = target.configFile === undefined ? [] : ['-F', target.configFile];
  return ['-T', ...config, ...port, ...settings.flatMap((setting) => ['-o', setting])];
}

/** A path as a value of ssh_config: quoted because of spaces, its percent signs doubled because ssh expands them. */
function quotePath(path: string): string {
  return `"${escapePercent(path)}"`;
}

/** ssh expands `%h` and the like in the paths it is given. */
export function escapePercent(path: string): string {
  return path.replaceAll('%', '%%');
}
