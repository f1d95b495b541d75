import { z } from 'zod';

/** App names as Dokku takes them since 0.38.2 (plugins/common: `^[a-z0-9][a-z0-9.-]*$`); the first character also stops option injection. */
export const AppName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*$/,
    'app names begin with a lowercase letter or digit and hold only lowercase letters, digits, dots and hyphens',
  )
  .max(100, 'app names are at most 100 characters long')
  .brand<'AppName'>();
export type AppName = z.infer<typeof AppName>;

/**
 * Names of data services. The plugins check them only in create; everywhere else a name with a path in it reaches the
 * files of another service (`postgres:destroy ../redis/x` deletes a redis service), and one with a leading hyphen is
 * taken for a flag. Both measured.
 */
export const ServiceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
    'service names begin with a letter or digit and hold only letters, digits, - and _',
  )
  .max(100, 'service names are at most 100 characters long')
  .brand<'ServiceName'>();
export type ServiceName = z.infer<typeof ServiceName>;

/** The kind of a data service, which is the name of its plugin: `postgres`. */
export const ServiceType = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a service type is the name of its plugin, like postgres or redis')
  .brand<'ServiceType'>();
export type ServiceType = z.infer<typeof ServiceType>;

/** A process type of a Procfile: `web`, `worker`, `release-task`. */
export const ProcessType = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]*$/,
    'process types begin with a lowercase letter and hold lowercase letters, digits, - and _',
  )
  .max(63)
  .brand<'ProcessType'>();
export type ProcessType = z.infer<typeof ProcessType>;

/** A process, as logs and enter name it: `web` or `web.1`. */
export const ProcessName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]*(\.[1-9][0-9]{0,3})?$/,
    'a process is a type (web) or one of its instances (web.1)',
  )
  .brand<'ProcessName'>();

/** Variable names as Dokku takes them (plugins/config: `^[a-zA-Z_][a-zA-Z0-9_]*$`). */
export const EnvKey = z
  .string()
  .regex(
    /^[a-zA-Z_][a-zA-Z0-9_]*$/,
    'variable names begin with a letter or _ and hold only letters, digits and _',
  )
  .max(256, 'variable names are at most 256 characters long')
  .brand<'EnvKey'>();
export type EnvKey = z.infer<typeof EnvKey>;

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const domainShape = new RegExp(`^(?:\\*\\.)?(?:${label}\\.)+${label}$`);

/**
 * A domain name as RFC 1123 has it, at least two labels, a leading `*.` allowed. Upper case is lowered and a trailing
 * dot dropped, so that one name never becomes two virtual hosts (Dokku itself keeps both as given).
 */
export const DomainName = z
  .string()
  .overwrite((text) => text.toLowerCase().replace(/\.$/, ''))
  .max(253, 'domain names are at most 253 characters long')
  .regex(domainShape, 'a domain is like www.example.com: lower case, no scheme, no port, no path')
  .brand<'DomainName'>();
export type DomainName = z.infer<typeof DomainName>;

/** A build record's id: 14 characters of base 36 (Dokku >= 0.38). */
export const BuildId = z
  .string()
  .regex(/^[a-z0-9]{8,32}$/, 'a build id is the one that builds_list shows')
  .brand<'BuildId'>();

/** `scheme:host-port:container-port` as ports:add takes it; Dokku itself accepts unknown schemes and fails later. */
export const PortMapping = z
  .string()
  .regex(
    /^(?:http|https|tcp|udp|grpc|grpcs):[1-9][0-9]{0,4}:[1-9][0-9]{0,4}$/,
    'a port mapping is scheme:host-port:container-port, like http:80:5000, with scheme http, https, grpc, grpcs, tcp or udp',
  )
  .refine(
    (text) =>
      text
        .split(':')
        .slice(1)
        .every((port) => Number(port) <= 65_535),
    'ports lie between 1 and 65535',
  )
  .brand<'PortMapping'>();
