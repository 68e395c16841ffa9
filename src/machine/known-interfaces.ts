import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { interfaceNames } from '../../native/interfaces.ts';
import { inNetns, StrandedError } from '../../native/netns.ts';
import { sanitize } from '../text/text.ts';
import { monotonicNs } from './clock.ts';
import { NAMED_NETNS, namedNetns } from './netns-names.ts';

/** The list is made again at most so often: a prompt asks at each key. */
const FRESH_NS = 1e9;
/** For so long other namespaces are gone through; then nobody can tell. */
const LONGEST_NS = 300e6;
/** As nettop prints an interface whose name it does not know. */
const NUMBER = /^#\d+$/;

/** Interfaces of this network namespace and, where they are not there, of all that can be entered. */
export class KnownInterfaces {
  private others: { names: ReadonlySet<string>; whole: boolean } = { names: new Set(), whole: false };
  private readNs = Number.NEGATIVE_INFINITY;

  /** Names of all, where none is called so; null: one is, or not every namespace could be looked into. */
  without(name: string): string[] | null {
    if (NUMBER.test(name)) return null;
    const own = devices();
    if (own.includes(name)) return null;
    const nowNs = monotonicNs();
    if (nowNs - this.readNs >= FRESH_NS) {
      this.others = elsewhere(nowNs + LONGEST_NS);
      this.readNs = nowNs;
    }
    const { names, whole } = this.others;
    return whole && !names.has(name) ? [...new Set([...own, ...names])] : null;
  }
}

/** Of the network namespace that this thread is in. */
function devices(): string[] {
  return [...interfaceNames().values()].map(sanitize);
}

function elsewhere(untilNs: number): { names: ReadonlySet<string>; whole: boolean } {
  const names = new Set<string>();
  const { whole, files } = namespaces();
  for (const file of files) {
    if (monotonicNs() > untilNs) return { names, whole: false };
    const found = within(file);
    if (found === null) return { names, whole: false };
    for (const name of found) names.add(name);
  }
  return { names, whole };
}

/** A file of each other network namespace that has a name or a process; whole: none was hidden. */
function namespaces(): { whole: boolean; files: string[] } {
  const own = statSync('/proc/self/ns/net').ino;
  const files = new Map<number, string>();
  let whole = true;
  for (const [inode, name] of namedNetns()) files.set(inode, `${NAMED_NETNS}/${name}`);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const file = `/proc/${pid}/ns/net`;
    try {
      const { ino } = statSync(file);
      if (!files.has(ino)) files.set(ino, file);
    } catch (error) {
      // root is kept out of few, such as what holds the container that it is in: they are not its concern
      if (!isGone(error) && process.geteuid?.() !== 0) whole = false;
    }
  }
  files.delete(own);
  return { whole, files: [...files.values()] };
}

/** null: it could not be entered. One that is gone has no interfaces. */
function within(file: string): string[] | null {
  let own = -1;
  let fd = -1;
  try {
    own = openSync('/proc/self/ns/net', 'r');
    fd = openSync(file, 'r');
    return inNetns(own, fd, devices);
  } catch (error) {
    if (error instanceof StrandedError) throw error;
    return isGone(error) ? [] : null;
  } finally {
    for (const one of [own, fd]) if (one >= 0) closeSync(one);
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH';
}
