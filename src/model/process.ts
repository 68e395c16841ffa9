import type { WireFigures } from './wire.ts';

/** A process that owns sockets, or several of them as one row. Bytes are payload, rates bytes per second. */
export interface ProcessRow {
  /** Identity: pid and start time, so that a reused pid is another row; a group's kind and name. */
  key: string;
  /** 0: a group, or traffic without a process. */
  pid: number;
  user: string;
  process: string;
  connections: number;
  /** null: not counted for long enough. */
  rxRate: number | null;
  txRate: number | null;
  /** Since nettop started, or since totals were reset. */
  rxBytes: number;
  txBytes: number;
  /** rx + tx rate of the last ticks, oldest first. */
  history: number[];
  /** On the wire; null: not counted. */
  wire: WireFigures | null;
  about: ProcessFacts;
  /** null: one process by itself. */
  group: Group | null;
}

/** What processes can be put together by; 'process' is one row for each. */
export const GROUPINGS = ['process', 'container', 'unit', 'user', 'tree', 'name'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Group {
  by: Exclude<Grouping, 'process'>;
  /** Processes whose traffic is in the row. */
  processes: number;
  /** Ancestors above the row, in a tree. */
  depth: number;
}

/** What /proc says of a process; null: it ended before it could be read, or has no such thing. */
export interface ProcessFacts {
  parentPid: number | null;
  command: string | null;
  /** Path in the cgroup hierarchy; null also in the root cgroup. */
  cgroup: string | null;
  /** Of systemd: the innermost service or scope, else slice. */
  unit: string | null;
  container: Container | null;
  /** It was read while the process lived: what is null it does not have. */
  read: boolean;
}

/** Of a process that ended before anything was read. */
export const NOTHING_READ: ProcessFacts = {
  parentPid: null,
  command: null,
  cgroup: null,
  unit: null,
  container: null,
  read: false,
};

export interface Container {
  /** docker, podman, containerd, cri-o, kubernetes, lxc, nspawn, buildkit, garden; container: not known which. */
  runtime: string;
  id: string | null;
  /** As its runtime calls it; in Kubernetes namespace/pod/container. */
  name: string | null;
  image: string | null;
  imageId: string | null;
}

/** Bytes of one protocol, since nettop started. */
export interface ProtocolBytes {
  protocol: string;
  rxBytes: number;
  txBytes: number;
}

/** Bytes in each of the last seconds, oldest first; at most 300. */
export interface SecondsHistory {
  rxBytes: number[];
  txBytes: number[];
}
