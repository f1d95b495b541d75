/** A machine of the k3s cluster that Dokku deploys to. */
export interface ClusterNode {
  readonly name: string;
  /** Sorted: `control-plane`, `etcd`, `master`, `worker`. */
  readonly roles: readonly string[];
  readonly ready: boolean;
  /** How Dokku reached it when it joined: `root@worker-1`; empty for the first one. */
  readonly remoteHost: string;
  /** Of its kubelet: `v1.32.6+k3s1`. */
  readonly version: string;
}

/** Its nodes; `down` while its API does not answer. */
export type Cluster = readonly ClusterNode[] | 'down';
