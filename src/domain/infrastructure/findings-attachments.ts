import type { Finding } from './finding.ts';
import { danglingAttachments, orphanNetworks } from './network.ts';
import { isOrdinaryPath, type Mount, orphanEntries, volumeMounts } from './storage.ts';
import type { HostSurvey } from './survey.ts';

/** Networks and storage: what is attached to nothing, and what is attached to what is not there. */
export function judgeAttachments(survey: HostSurvey): readonly Finding[] {
  const { apps, networks, entries, missing } = survey;
  const settings = new Map(
    apps.flatMap(({ summary, network }) => (network === undefined ? [] : [[summary.name, network] as const])),
  );
  const mounts = apps.flatMap((app) => app.mounts);
  const unknown = new Set(missing.map(({ part }) => part));
  const networksKnown = !unknown.has('networks') && !unknown.has('network settings');
  const storageKnown = !unknown.has('storage') && !unknown.has('storage entries');
  return [
    ...(networksKnown ? networkFindings(survey, settings, networks) : []),
    ...volumeMounts(mounts).map(volume),
    ...mounts
      .filter(
        ({ hostPath, entry }) => hostPath !== entry && hostPath.startsWith('/') && !isOrdinaryPath(hostPath),
      )
      .map(unusual),
    ...(storageKnown
      ? orphanEntries(entries, mounts).map(
          ({ name, hostPath }): Finding => ({
            rule: 'storage-orphan',
            severity: 'notice',
            subjects: [name],
            title: 'Storage that no app mounts',
            evidence: `storage:list-entries: ${name} at ${hostPath}; storage:report: no app has it`,
            advice:
              'Mount it, or remove the entry (its files stay unless --destroy-host-dir is given). Look at its files first.',
            mend: { name: 'storage_info', arguments: {} },
          }),
        )
      : []),
  ];
}

function networkFindings(
  { apps }: HostSurvey,
  settings: Parameters<typeof orphanNetworks>[1],
  networks: HostSurvey['networks'],
): Finding[] {
  return [
    ...danglingAttachments(networks, settings).map(
      ({ app, phase, network }): Finding => ({
        rule: 'network-missing',
        severity: 'warning',
        subjects: [app],
        title: `${app} joins the network ${network}, which does not exist`,
        evidence: `network:report: ${phase} ${network}; network:list has none of that name`,
        advice: 'The next deploy of the app fails. Create the network, or take it out of the app.',
        mend: { name: 'networks_set', arguments: { action: 'detach', app, phase, network } },
      }),
    ),
    ...orphanNetworks(networks, settings).map(
      ({ name }): Finding => ({
        rule: 'network-orphan',
        severity: 'notice',
        subjects: [name],
        title: 'Networks that no app joins',
        evidence: `network:list: ${name}, made by Dokku; network:report: no app has it`,
        advice: 'Data services may use it (their info shows a network); otherwise destroy it.',
        mend: { name: 'networks_set', arguments: { action: 'destroy', network: name } },
      }),
    ),
    ...apps
      .filter(({ network }) => network?.bindAllInterfaces === true)
      .map(
        ({ summary: { name } }): Finding => ({
          rule: 'bind-all-interfaces',
          severity: 'warning',
          subjects: [name],
          title: `${name} listens on all interfaces of the host, past the proxy`,
          evidence: 'network:report: bind-all-interfaces true',
          advice: 'Clear it unless a firewall stands before the host.',
          mend: {
            name: 'command_execute',
            arguments: { name: 'network:set', args: [name, 'bind-all-interfaces', 'false'] },
          },
        }),
      ),
  ];
}

function volume({ app, hostPath, containerPath }: Mount): Finding {
  return {
    rule: 'mount-of-volume',
    severity: 'notice',
    subjects: [app],
    title: `${app} keeps data in docker's own volume ${hostPath}`,
    evidence: `storage:report: ${hostPath}:${containerPath}`,
    advice: 'Backups of /var/lib/dokku/data/storage miss it. Move the data to a storage entry.',
    mend: { name: 'storage_info', arguments: { app } },
  };
}

function unusual({ app, hostPath, containerPath }: Mount): Finding {
  return {
    rule: 'mount-of-host',
    severity: hostPath === '/' || hostPath.includes('docker.sock') ? 'critical' : 'notice',
    subjects: [app],
    title: `${app} mounts ${hostPath} of the host`,
    evidence: `storage:report: ${hostPath}:${containerPath}`,
    advice: 'Whoever commands that app reads this part of the host. Unmount it unless it is meant.',
    mend: { name: 'storage_info', arguments: { app } },
  };
}
