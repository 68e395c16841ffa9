import { type RecordLayout, SocketRecord } from '../capture/records/socket-record.ts';
import { type Entry, fromJson } from './log.ts';

const NOTHING_MORE = Buffer.from('null');

/** The open sockets of a recording up to a moment, each as it was told last. */
export class OpenSockets {
  private readonly open = new Map<number, Uint8Array>();
  /** In TIME_WAIT or before the last step of the handshake: those of the last sweep. */
  private minis = new Map<number, Mini>();
  private nextMinis = new Map<number, Mini>();
  private readonly heard = new Map<number, Uint8Array>();
  /** In this tick, with when they opened: a sweep may show them once more. */
  private readonly closed = new Map<number, number>();
  private readonly sample: SocketRecord;

  constructor(private readonly layout: RecordLayout) {
    this.sample = new SocketRecord(layout);
  }

  /** Takes in what was told of sockets; what is told of else is passed over. */
  take({ kind, bytes }: Entry): void {
    if (kind === 'see') this.see(bytes);
    else if (kind === 'closed') this.close(bytes);
    else if (kind === 'gone') this.forget(fromJson<[number]>(bytes)[0]);
    else if (kind === 'heard') this.hear(bytes);
    else if (kind === 'end') this.end(new Set(fromJson<number[]>(bytes)));
  }

  /** The same in fewer words: what a first look would tell. */
  *entries(atNs: number): Iterable<Entry> {
    for (const bytes of this.open.values()) yield { atNs, kind: 'see', bytes };
    for (const { bytes } of this.minis.values()) yield { atNs, kind: 'see', bytes };
    for (const bytes of this.heard.values()) yield { atNs, kind: 'heard', bytes };
  }

  private see(bytes: Uint8Array): void {
    const { cookie, openedNs, mini, netns } = this.point(bytes);
    const told = this.alone(bytes);
    if (mini) this.nextMinis.set(cookie, { netns, bytes: told });
    else {
      const closedNs = this.closed.get(cookie);
      if (closedNs === undefined || (openedNs !== 0 && openedNs !== closedNs)) this.open.set(cookie, told);
    }
  }

  private close(bytes: Uint8Array): void {
    const { cookie, openedNs } = this.point(bytes);
    this.closed.set(cookie, openedNs);
    this.forget(cookie);
  }

  private hear(bytes: Uint8Array): void {
    const [cookie, message] = fromJson<[number, unknown]>(bytes);
    if (message === null || !this.open.has(cookie)) this.heard.delete(cookie);
    else this.heard.set(cookie, new Uint8Array(bytes));
  }

  /** `standing`: network namespaces where nobody looked: what was there stays. */
  private end(standing: ReadonlySet<number>): void {
    for (const [cookie, mini] of this.minis) if (standing.has(mini.netns)) this.nextMinis.set(cookie, mini);
    this.minis = this.nextMinis;
    this.nextMinis = new Map();
    this.closed.clear();
  }

  private forget(cookie: number): void {
    this.open.delete(cookie);
    this.heard.delete(cookie);
  }

  /** The record, in memory of its own, with nothing to go with it. */
  private alone(bytes: Uint8Array): Uint8Array {
    const { size } = this.layout;
    const told = new Uint8Array(size + NOTHING_MORE.length);
    told.set(bytes.subarray(0, size));
    told.set(NOTHING_MORE, size);
    return told;
  }

  private point(bytes: Uint8Array): SocketRecord {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return this.sample.point({ view }, 0);
  }
}

interface Mini {
  netns: number;
  bytes: Uint8Array;
}
