import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { u32, u32Bytes, viewOf } from '../../../native/fields.ts';
import { type Link, openIterator } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { inNetns, StrandedError } from '../../../native/netns.ts';
import type { Loaded } from '../../attach/objects.ts';
import { CaptureError } from '../../errors.ts';
import { monotonicNs } from '../../machine/clock.ts';
import { NAMED_NETNS, namedNetns } from '../../machine/netns-names.ts';
import { Pace } from '../../machine/pace.ts';
import { PassingRecord, type RecordLayout } from '../records/socket-record.ts';
import { PIECE, readPieces } from './pieces.ts';

/** Names are read in a hundredth of the time: several hundred take some milliseconds. */
const NAMES_PAUSE = 100;

export const VISIT = 'visit_tcp';
const readNumber = u32.reader(0);

/** null: the kernel refused its program. */
export function newVisitor({ object, refused }: Loaded, layout: RecordLayout): Visitor | null {
  if (refused.has(VISIT)) return null;
  return new Visitor(object.attachIterator(VISIT), object.map('namespaces'), layout);
}

/** Sees in other network namespaces what the last sweep of files did not show. */
export class Visitor {
  private isFull = false;
  /** Why a namespace could not be entered, by inode. */
  private readonly refusals = new Map<number, string>();
  private named: ReadonlyMap<number, string> = new Map();
  private readonly names = new Pace(NAMES_PAUSE);
  private readonly ownFd = openSync('/proc/self/ns/net', 'r');
  private readonly own = fstatSync(this.ownFd);
  private readonly bytes = Buffer.alloc(PIECE);
  private readonly memory = { view: viewOf(this.bytes) };
  private readonly record: PassingRecord;

  constructor(
    private readonly link: Link,
    private readonly namespaces: BpfMap,
    private readonly layout: RecordLayout,
  ) {
    this.record = new PassingRecord(layout);
  }

  /** Those that the last sweep of files came by, and those that have a name: a file of each, by inode. */
  find(): Map<number, string> {
    const found = new Map<number, string>();
    this.namespaces.forEach((key, value) => {
      found.set(readNumber(viewOf(key), 0), `/proc/${readNumber(viewOf(value), 0)}/ns/net`);
    });
    this.isFull = found.size >= this.namespaces.maxEntries;
    for (const inode of found.keys()) this.namespaces.remove(u32Bytes(inode));
    const nowNs = monotonicNs();
    if (this.names.isDue(nowNs)) this.named = this.names.run(nowNs, () => namedNetns());
    for (const [inode, name] of this.named) found.set(inode, `${NAMED_NETNS}/${name}`);
    found.delete(this.own.ino);
    for (const inode of this.refusals.keys()) if (!found.has(inode)) this.refusals.delete(inode);
    return found;
  }

  /**
   * In parts. False: it could not be entered, or the file leads elsewhere by now. No descriptor of the
   * namespace stays open: it would keep it alive.
   */
  *visit(inode: number, file: string, see: (socket: PassingRecord) => void): Generator<void, boolean> {
    let fd = -1;
    try {
      fd = openSync(file, 'r');
      if (!this.leadsTo(fd, inode)) return false;
      const output = inNetns(this.ownFd, fd, () => (hasSockets() ? openIterator(this.link) : null));
      if (output !== null) yield* this.read(output, see);
      this.refusals.delete(inode);
      return true;
    } catch (error) {
      this.note(inode, error as NodeJS.ErrnoException);
      return false;
    } finally {
      if (fd >= 0) closeSync(fd);
    }
  }

  warnings(): string[] {
    const [reason] = this.refusals.values();
    const { size } = this.refusals;
    const found: string[] = [];
    if (reason)
      found.push(
        `${size} network namespaces could not be entered (${reason}): TCP sockets there that are no open file are not shown`,
      );
    if (this.isFull)
      found.push(`more than ${this.namespaces.maxEntries} network namespaces; some are not scanned`);
    return found;
  }

  close(): void {
    closeSync(this.ownFd);
    this.link.destroy();
  }

  /** What `act` gives in that network namespace; null: it could not be entered. */
  within<T>(inode: number, file: string, act: () => T): T | null {
    let fd = -1;
    try {
      fd = openSync(file, 'r');
      return this.leadsTo(fd, inode) ? inNetns(this.ownFd, fd, act) : null;
    } catch (error) {
      this.note(inode, error as NodeJS.ErrnoException);
      return null;
    } finally {
      if (fd >= 0) closeSync(fd);
    }
  }

  private leadsTo(fd: number, inode: number): boolean {
    const { dev, ino } = fstatSync(fd);
    return dev === this.own.dev && ino === inode;
  }

  private *read(output: number, see: (socket: PassingRecord) => void): Generator<void> {
    const { size } = this.layout;
    try {
      yield* readPieces(output, this.bytes, (held) => {
        let at = 0;
        for (; at + size <= held; at += size) see(this.record.point(this.memory, at));
        return at;
      });
    } finally {
      closeSync(output);
    }
  }

  /** A process that has ended is no refusal. */
  private note(inode: number, error: NodeJS.ErrnoException): void {
    if (error instanceof StrandedError)
      throw new CaptureError(`own network namespace: ${error.message}`, 'start nettop again');
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') this.refusals.set(inode, error.message);
  }
}

/**
 * Whether this thread's network namespace has a TCP socket or a TIME_WAIT: to ask takes a tenth of a
 * millisecond, an iterator goes through the table that all namespaces share, some milliseconds.
 */
function hasSockets(): boolean {
  return /^TCP: inuse (?!0 orphan \d+ tw 0 )|^TCP6: inuse (?!0$)/m.test(readCounts('') + readCounts('6'));
}

/** '' where there is no IPv6. */
function readCounts(family: '' | '6'): string {
  try {
    return readFileSync(`/proc/thread-self/net/sockstat${family}`, 'latin1');
  } catch (error) {
    if (family) return '';
    throw error;
  }
}
