import type { SimulatedHost } from '../host.ts';
import { servedDomains } from '../proxy/domains.ts';
import { nginxValue } from '../proxy/nginx-properties.ts';
import { effectivePortMaps, formatPortMap } from '../proxy/port-maps.ts';
import type { SimulatedApp, SimulatedContainer } from '../state.ts';
import { dyno } from './containers.ts';

const PROXY_LABELS = [
  'access-log-path',
  'bind-address-ipv6',
  'client-body-timeout',
  'client-header-timeout',
  'client-max-body-size',
  'error-log-path',
  'hsts',
  'hsts-include-subdomains',
  'hsts-max-age',
  'hsts-preload',
  'keepalive-timeout',
  'lingering-timeout',
  'proxy-buffer-size',
  'proxy-buffering',
  'proxy-buffers',
  'proxy-connect-timeout',
  'proxy-read-timeout',
  'proxy-send-timeout',
  'send-timeout',
  'underscore-in-headers',
  'x-forwarded-for-value',
  'x-forwarded-port-value',
  'x-forwarded-proto-value',
];

/** The labels that Dokku and its proxies put on a container. */
export function containerLabels(
  host: SimulatedHost,
  app: SimulatedApp,
  container: SimulatedContainer,
): Record<string, string> {
  const revision = container.definition?.revision;
  const all: Record<string, string> = {
    'com.dokku.app-name': app.name,
    'com.dokku.builder-type': 'dockerfile',
    'com.dokku.container-type': 'deploy',
    'com.dokku.dyno': dyno(container),
    'com.dokku.image-stage': 'release',
    'com.dokku.process-type': container.processType,
    dokku: '',
    'org.label-schema.schema-version': '1.0',
    'org.label-schema.vendor': 'dokku',
  };
  if (revision?.dockerfile.alternateTag !== undefined) {
    all['com.dokku.docker-image-labeler/alternate-tags'] = JSON.stringify([revision.dockerfile.alternateTag]);
  }
  if (revision?.appJson?.predeploy !== undefined) {
    all['com.dokku.predeploy-phase'] = 'true';
    all.dokku_phase_script = 'predeploy';
  }
  if (container.processType !== 'web') return all;
  for (const key of PROXY_LABELS) all[`openresty.${key}`] = nginxValue(host, app, key);
  all['openresty.proxy-busy-buffer-size'] = nginxValue(host, app, 'proxy-busy-buffers-size');
  all['openresty.domains'] = servedDomains(app).join(' ');
  all['openresty.https-port'] = '443';
  all['openresty.letsencrypt'] = 'false';
  all['openresty.port-mapping'] = effectivePortMaps(host, app).map(formatPortMap).join(' ');
  return all;
}
