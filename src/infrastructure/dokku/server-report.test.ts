import { describe, expect, it } from 'vitest';
import { parseServerReport } from './server-report.ts';

const text = `-----> uname: Linux vm 6.1.0-44-cloud-amd64 #1 SMP x86_64 GNU/Linux
-----> memory: 
                      total        used        free      shared  buff/cache   available
       Mem:            3928         611        2304           3        1012        3102
       Swap:           1023          17        1006
-----> disk utilization: 
       Filesystem      Size  Used Avail Use% Mounted on
       udev            2.0G     0  2.0G   0% /dev
       /dev/vda1        40G  6.9G   31G  19% /
       /dev/vdb        1.5T  900G  600G  61% /mnt/my data
       overlay          40G  6.9G   31G  19% /var/lib/docker/overlay2/abc/merged
-----> disk inode utilization: 
       Filesystem     Inodes IUsed IFree IUse% Mounted on
       /dev/vda1        2.5M  161K  2.4M    7% /
-----> docker version: 
       Client: Docker Engine - Community
        Version:           28.5.2
        API version:       1.51
       
       Server: Docker Engine - Community
        Engine:
         Version:          29.0.1
-----> docker daemon info: 
       Client:
        Version:    29.0
       Server:
        Containers: 12
         Running: 9
         Paused: 0
         Stopped: 3
        Images: 8
        Server Version: 29.0.1
        Storage Driver: overlay2
        Logging Driver: json-file
        Operating System: Debian GNU/Linux 12 (bookworm)
        Architecture: x86_64
        CPUs: 2
        Docker Root Dir: /var/lib/docker
-----> git version: git version 2.39.5
-----> herokuish version: 
-----> dokku version: dokku version v0.38.27
`;

describe('parseServerReport', () => {
  it('reads what the host tells', () => {
    const server = parseServerReport(text);
    expect(server).toMatchObject({
      kernel: '6.1.0-44-cloud-amd64',
      system: 'Debian GNU/Linux 12 (bookworm)',
      architecture: 'x86_64',
      cpus: 2,
      memory: { total: 3928, available: 3102, swapTotal: 1023, swapUsed: 17 },
      docker: {
        version: '29.0.1',
        client: '28.5.2',
        running: 9,
        stopped: 3,
        images: 8,
        storageDriver: 'overlay2',
      },
      tools: { git: 'git version 2.39.5' },
    });
    expect(server.disks.find(({ mount }) => mount === '/')).toEqual({
      device: '/dev/vda1',
      mount: '/',
      usedPercent: 19,
      size: 40 * 2 ** 30,
      available: 31 * 2 ** 30,
    });
    expect(server.disks.find(({ device }) => device === '/dev/vdb')?.mount).toBe('/mnt/my data');
    expect(server.inodes).toEqual([{ device: '/dev/vda1', mount: '/', usedPercent: 7 }]);
  });

  it('counts no file system that lives in memory or in a container', () => {
    expect(parseServerReport(text).disks.map(({ mount }) => mount)).toEqual(['/', '/mnt/my data']);
  });

  it('leaves out what a host does not tell, and says when it is no report', () => {
    expect(parseServerReport('-----> uname: \n')).toEqual({ disks: [], inodes: [], docker: {}, tools: {} });
    expect(() => parseServerReport('Welcome!')).toThrow(/could not be understood/);
  });
});
