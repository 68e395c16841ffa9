import { closeSync, fstatSync, openSync } from 'node:fs';
import { u32, u32Bytes, viewOf } from '../../../native/fields.ts';
import { type Link, openIterator } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { inNetns, StrandedError } from '../../../native/netns.ts';
import type { Loaded } from '../../attach/objects.ts';
import { CaptureError } from '../../errors.ts';
import { monotonicNs } from '../../machine/clock.ts';
import { NetFiles, Room } from '../../machine/net-files.ts';
import { NAMED_NETNS, namedNetns } from '../../machine/netns-names.ts';
import { Pace } from '../../machine/pace.ts';
import { PassingRecord, type RecordLayout } from '../records/socket-record.ts';
import type { Visit } from './elsewhere.ts';
import { PIECE, readPieces } from './pieces.ts';

/** Names are read in a hundredth of the time: several hundred take some milliseconds. */
const NAMES_PAUSE = 100;

export const VISIT = 'visit_tcp';
/** In place of a descriptor. */
const STILL = -1;
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
  private readonly files = new NetFiles(new Room(), false);

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
   * In parts. 'not entered' also where the file leads elsewhere by now. No descriptor of the namespace stays open:
   * it would keep it alive.
   */
  *visit(
    inode: number,
    file: string,
    isStill: (read: (path: string) => string | null) => boolean,
    see: (socket: PassingRecord) => void,
  ): Generator<void, Visit> {
    const output = this.within(inode, file, () =>
      isStill((path) => this.files.read(path)) ? STILL : openIterator(this.link),
    );
    if (output === STILL) return 'still';
    if (output === null) return 'not entered';
    try {
      yield* this.read(output, see);
      return 'gone through';
    } catch (error) {
      this.note(inode, error as NodeJS.ErrnoException);
      return 'not entered';
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
      if (!this.leadsTo(fd, inode)) return null;
      const result = inNetns(this.ownFd, fd, act);
      this.refusals.delete(inode);
      return result;
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
