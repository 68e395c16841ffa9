import { readdirSync, statSync } from 'node:fs';
import { sanitize } from '../text/text.ts';

/** Where `ip netns` keeps the network namespaces that have a name. */
export const NAMED_NETNS = '/run/netns';
/** Read again at most so often, and no more of them than that. */
const REFRESH_NS = 1e9;
const MOST = 4096;

/** Names of network namespaces by inode. */
export class NetnsNames {
  private names = new Map<number, string>();
  private readNs = Number.NEGATIVE_INFINITY;

  constructor(private readonly folder = NAMED_NETNS) {}

  /** null where it has none. */
  get(inode: number, nowNs: number): string | null {
    if (nowNs - this.readNs >= REFRESH_NS) {
      this.readNs = nowNs;
      this.names = readNames(this.folder);
    }
    return this.names.get(inode) ?? null;
  }
}

function readNames(folder: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const [inode, name] of namedNetns(folder)) names.set(inode, sanitize(name));
  return names;
}

/**
 * Files of that folder by inode, as they are called. One that is no namespace (any more) lies on another file
 * system, where numbers mean something else.
 */
export function namedNetns(folder = NAMED_NETNS): Map<number, string> {
  const names = new Map<number, string>();
  try {
    const { dev } = statSync('/proc/self/ns/net');
    for (const name of readdirSync(folder).slice(0, MOST)) {
      const file = statSync(`${folder}/${name}`, { throwIfNoEntry: false });
      if (file?.dev === dev && !names.has(file.ino)) names.set(file.ino, name);
    }
  } catch {
    // nothing has a name, or it may not be looked at
  }
  return names;
}
