import type { SocketWire } from '../capture/ledger/books.ts';
import type { FarEndEntries } from '../capture/ledger/far-ends.ts';
import type { UsageEntries } from '../capture/ledger/usages.ts';
import { SocketRecord } from '../capture/records/socket-record.ts';
import type { SocketSample } from '../capture/records/socket-sample.ts';
import type { Usage } from '../capture/records/usage-record.ts';
import { type Entry, toJson } from './log.ts';

/** Answers that are known to be written down. Twice as many may be kept; one that is forgotten is written again. */
const MOST_KNOWN = 100_000;

const NOTHING = Buffer.alloc(0);

/** Writes down what crosses between the side that reads the kernel and the one that makes rows. */
export class Recorder {
  private atNs = 0;
  private readonly ends: (() => void)[] = [];
  private known = new Map<string, string>();
  private before = new Map<string, string>();
  /** Sockets that were told of, by cookie; null: all are. */
  private readonly cookies: Set<number> | null;

  /** `isWanted`: of other network namespaces nothing is told, neither now nor in the record. */
  constructor(
    private readonly write: (entry: Entry) => unknown,
    private readonly isWantedOf: ((netns: number) => boolean) | null = null,
  ) {
    this.cookies = isWantedOf && new Set();
  }

  /** What is still to be written is written when a frame ends. */
  atEnd(write: () => void): void {
    this.ends.push(write);
  }

  endFrame(): void {
    for (const write of this.ends) write();
  }

  /** Something is left out. */
  get isChoosy(): boolean {
    return this.isWantedOf !== null;
  }

  isWanted(netns: number): boolean {
    return this.isWantedOf?.(netns) ?? true;
  }

  add(kind: string, bytes: Uint8Array, stride?: number): void {
    this.write({ atNs: this.atNs, kind, bytes, ...(stride !== undefined && { stride }) });
  }

  tell(kind: string, value: unknown = null): void {
    this.add(kind, Buffer.from(toJson(value)));
  }

  /** A question and its answer; nothing where it is the one that it was. */
  answered(name: string, args: readonly unknown[], value: unknown): void {
    if (name === 'machine.nowNs') this.atNs = value as number;
    const kind = kindOf(name, args);
    const text = toJson(value);
    const isSame = (this.known.get(kind) ?? this.before.get(kind)) === text;
    this.add(kind, isSame ? NOTHING : Buffer.from(text));
    this.known.set(kind, text);
    if (this.known.size < MOST_KNOWN) return;
    this.before = this.known;
    this.known = new Map();
  }

  /** The same object; each answer that it gives is written down. */
  listen<T extends object>(name: string, target: T): T {
    return new Proxy(target, {
      get: (_, member) => {
        const value: unknown = Reflect.get(target, member, target);
        if (typeof value !== 'function') {
          this.answered(`${name}.${String(member)}`, [], value);
          return value;
        }
        return (...args: unknown[]) => {
          const answer: unknown = value.apply(target, args);
          if (answer !== undefined) this.answered(`${name}.${String(member)}`, args, answer);
          return answer;
        };
      },
    });
  }

  wire(target: SocketWire): SocketWire {
    const told = <Args extends unknown[]>(kind: string, tell: (...args: Args) => void) => {
      return (...args: Args): void => {
        this.tell(kind, args);
        tell(...args);
      };
    };
    return {
      begin: told('begin', (nowNs, enough) => target.begin(nowNs, enough)),
      drain: told('drain', () => target.drain()),
      reset: told('reset', (cookie, reason) => target.reset(cookie, reason)),
      heard: told('heard', (cookie, message, mtu) => target.heard(cookie, message, mtu)),
      expire: told('expire', (nowNs) => target.expire(nowNs)),
      sweep: told('sweep', (nowNs) => target.sweep(nowNs)),
      counts: told('counts', (nowNs) => target.counts(nowNs)),
      gone: told('gone', (cookie) => target.gone(cookie)),
      end: (unvisited) => {
        this.tell('end', [...unvisited]);
        target.end(unvisited);
      },
      see: (sample, seconds) => {
        if (!this.isMeant(sample)) return;
        this.add('see', bytesOf(sample, seconds ?? null));
        target.see(sample, seconds);
      },
      closed: (sample, closing) => {
        if (!this.isMeant(sample)) return;
        this.add('closed', bytesOf(sample, closing));
        target.closed(sample, closing);
      },
    };
  }

  usages(target: UsageEntries): UsageEntries {
    return {
      usages: (visit) => {
        const found: Usage[] = [];
        target.usages((usage) => found.push(usage));
        const meant = found.filter(({ cookie }) => this.cookies?.has(cookie) ?? true);
        this.tell('usages', meant);
        meant.forEach(visit);
      },
      takeUsage: (usage) => this.listen('usages', target).takeUsage(usage),
    };
  }

  farEnds(target: FarEndEntries): FarEndEntries {
    return {
      forEach: (visit) => {
        const found: { farEnd: ReturnType<FarEndEntries['read']>; moved: [number, number] }[] = [];
        target.forEach((key, value, rxBytes, txBytes) => {
          const farEnd = target.read(key, value);
          if (this.cookies?.has(farEnd.cookie) ?? true) found.push({ farEnd, moved: [rxBytes, txBytes] });
        });
        const told = found.map(({ farEnd, moved }) => ({
          ...farEnd,
          key: Buffer.from(farEnd.key).toString('hex'),
          moved,
        }));
        this.tell('far ends', told);
        this.read = new Map(found.map(({ farEnd }) => [farEnd.key.toString('hex'), farEnd]));
        for (const { farEnd, moved } of found) visit(farEnd.key, farEnd.key, ...moved);
      },
      read: (key) => this.read.get(key.toString('hex')) ?? target.read(key, key),
      take: (farEnd) => {
        const last = target.take(farEnd);
        this.answered('far ends.take', [farEnd.key.toString('hex')], last);
        return last;
      },
    };
  }

  /** Far ends of the last look, by key. */
  private read = new Map<string, ReturnType<FarEndEntries['read']>>();

  private isMeant({ cookie, netns }: SocketSample): boolean {
    if (!this.isWanted(netns)) return false;
    this.cookies?.add(cookie);
    return true;
  }
}

/** What a question and its answer are found by. */
export function kindOf(name: string, args: readonly unknown[]): string {
  return `${name}${toJson(args)}`;
}

/** The record as the kernel wrote it, and what goes with it in JSON. */
function bytesOf(sample: SocketSample, more: unknown): Buffer {
  if (!(sample instanceof SocketRecord)) throw new Error('not a record of the kernel');
  const { memory, base, layout } = sample;
  const { buffer, byteOffset } = memory.view;
  return Buffer.concat([Buffer.from(buffer, byteOffset + base, layout.size), Buffer.from(toJson(more))]);
}
