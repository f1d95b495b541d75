import { byBytes, property, setProperty } from '../access.ts';
import type { SimulatedHost } from '../host.ts';
import type { SimulatedApp } from '../state.ts';

/** One `scheme:host-port:container-port` of the ports plugin. */
export interface PortMap {
  readonly scheme: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/** The scheme of a bare port, which `ports:remove` takes for any mapping of that port; never stored. */
const INTERNAL = '__internal__';

/** Either the mappings of a blank-separated text or why Dokku refuses it (parsePortMapString of plugins/ports). */
export function parsePortMaps(text: string): { maps: PortMap[]; fault?: string } {
  const maps: PortMap[] = [];
  for (const word of text.trim().split(' ')) {
    const parsed = parsePortMap(word);
    if (typeof parsed === 'string') return { maps, fault: `Invalid port map ${word} [${parsed}]` };
    maps.push(parsed);
  }
  return { maps };
}

function parsePortMap(word: string): PortMap | string {
  const first = word.indexOf(':');
  const second = first < 0 ? -1 : word.indexOf(':', first + 1);
  if (first < 0) {
    const port = goInteger(word);
    if (typeof port === 'string') return port;
    if (!inRange(port)) return `hostPort=${port}`;
    return { scheme: INTERNAL, hostPort: port, containerPort: 0 };
  }
  if (second < 0) return 'len=2';
  const hostPort = goInteger(word.slice(first + 1, second));
  if (typeof hostPort === 'string') return hostPort;
  const containerPort = goInteger(word.slice(second + 1));
  if (typeof containerPort === 'string') return containerPort;
  if (!inRange(hostPort)) return `hostPort=${hostPort}`;
  if (!inRange(containerPort)) return `containerPort=${containerPort}`;
  return { scheme: word.slice(0, first), hostPort, containerPort };
}

/** Go's strconv.Atoi: the number, or the error's text. */
function goInteger(text: string): number | string {
  const quoted = JSON.stringify(text);
  if (!/^[+-]?\d+$/.test(text)) return `err=strconv.Atoi: parsing ${quoted}: invalid syntax`;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) return `err=strconv.Atoi: parsing ${quoted}: value out of range`;
  return value;
}

const inRange = (port: number): boolean => port > 0 && port < 65_536;

/** `http:80:5000` */
export const formatPortMap = (map: PortMap): string => `${map.scheme}:${map.hostPort}:${map.containerPort}`;

/** The first `scheme:host-port` that stands there twice. */
export function reusedHostPort(maps: readonly PortMap[]): string | undefined {
  const seen = new Set<string>();
  for (const map of maps) {
    const key = `${map.scheme}:${map.hostPort}`;
    if (seen.has(key)) return `The same scheme:host-port is being reused: ${key}`;
    seen.add(key);
  }
  return undefined;
}

/** The mappings that were set for the app. */
export function setPortMaps(app: SimulatedApp): PortMap[] {
  return app.ports.length === 0 ? [] : parsePortMaps(app.ports.join(' ')).maps;
}

/** Stores mappings as Dokku does: sorted, without bare ports. */
export function storePortMaps(app: SimulatedApp, maps: readonly PortMap[]): void {
  app.ports = maps
    .filter((map) => map.scheme !== INTERNAL)
    .map(formatPortMap)
    .sort(byBytes);
}

/** Takes the given mappings out; a bare port takes out every mapping of that host port. */
export function removePortMaps(app: SimulatedApp, maps: readonly PortMap[]): void {
  const exact = new Set(maps.filter((map) => map.scheme !== INTERNAL).map(formatPortMap));
  const ports = new Set(maps.filter((map) => map.scheme === INTERNAL).map((map) => map.hostPort));
  storePortMaps(
    app,
    setPortMaps(app).filter((map) => !exact.has(formatPortMap(map)) && !ports.has(map.hostPort)),
  );
}

/** What a build found in the image or the Dockerfile (`ports-set-detected`); a deploy calls this. */
export function storeDetectedPortMaps(
  host: SimulatedHost,
  app: SimulatedApp,
  maps: readonly PortMap[],
): void {
  setProperty(host, 'ports', app, 'map-detected', maps.map(formatPortMap).sort(byBytes).join(' '));
}

/** `ports:clear`: the set and the detected mappings go. */
export function clearPortMaps(host: SimulatedHost, app: SimulatedApp): void {
  app.ports = [];
  setProperty(host, 'ports', app, 'map-detected', '');
}

/** What Dokku serves when no mapping is set (getDetectedPortMaps of plugins/ports/functions.go). */
export function detectedPortMaps(host: SimulatedHost, app: SimulatedApp): PortMap[] {
  const stored = property(host, 'ports', app, 'map-detected');
  const maps =
    stored === ''
      ? [{ scheme: 'http', hostPort: proxyPort(host, app, 'proxy-port') || 80, containerPort: 5000 }]
      : parsePortMaps(stored).maps;
  if (app.certificate === undefined) return maps;
  const sslPort = proxyPort(host, app, 'proxy-ssl-port') || 443;
  const secured = maps
    .filter((map) => map.scheme === 'http' && map.hostPort === 80)
    .map((map) => ({ scheme: 'https', hostPort: sslPort, containerPort: map.containerPort }));
  if (secured.length > 0) return [...maps, ...secured];
  return maps.map((map) => (map.scheme === 'http' ? { ...map, scheme: 'https' } : map));
}

/** The mappings that are in force (`ports-get`): the set ones or else the detected ones, one per scheme and port. */
export function effectivePortMaps(host: SimulatedHost, app: SimulatedApp): PortMap[] {
  const set = setPortMaps(app);
  const seen = new Set<string>();
  return (set.length > 0 ? set : detectedPortMaps(host, app)).filter((map) => {
    const key = `${map.scheme}:${map.hostPort}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** The app's or else the global proxy port; 0 when neither is a number. */
export function proxyPort(
  host: SimulatedHost,
  app: SimulatedApp | '--global',
  key: 'proxy-port' | 'proxy-ssl-port',
): number {
  const own = Number.parseInt(property(host, 'proxy', app, key), 10) || 0;
  return own || Number.parseInt(property(host, 'proxy', '--global', key), 10) || 0;
}

/** After a certificate was installed: default proxy ports go, every `http:80` mapping gets an `https:443` twin. */
export function portsAfterCertificate(host: SimulatedHost, app: SimulatedApp): void {
  if (property(host, 'proxy', app, 'proxy-port') === '80') setProperty(host, 'proxy', app, 'proxy-port', '');
  if (property(host, 'proxy', app, 'proxy-ssl-port') === '443') {
    setProperty(host, 'proxy', app, 'proxy-ssl-port', '');
  }
  const maps = setPortMaps(app);
  if (maps.some((map) => map.scheme === 'https' && map.hostPort === 443)) return;
  const twins = maps
    .filter((map) => map.scheme === 'http' && map.hostPort === 80)
    .map((map) => ({ scheme: 'https', hostPort: 443, containerPort: map.containerPort }));
  if (twins.length > 0) storePortMaps(app, [...maps, ...twins]);
}

/** After a certificate was removed: the ssl port and the `https:443` mappings go. */
export function portsAfterCertificateRemoval(host: SimulatedHost, app: SimulatedApp): void {
  setProperty(host, 'proxy', app, 'proxy-ssl-port', '');
  removePortMaps(
    app,
    setPortMaps(app).filter((map) => map.scheme === 'https' && map.hostPort === 443),
  );
}
