import { u32Bytes } from '../../../native/fields.ts';
import { iterate, type Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { Loaded } from '../../attach/objects.ts';
import { NetFiles, Room } from '../../machine/net-files.ts';
import { complete } from '../../machine/work.ts';
import { type RecordLayout, SocketRecord } from '../records/socket-record.ts';
import { SweepMemory } from './record-memory.ts';
import { TcpCounters } from './tcp-counters.ts';

const [TCP, UDP, FILES] = ['sweep_tcp', 'sweep_udp', 'sweep_files'] as const;
export const SWEEPS = [TCP, UDP, FILES];
/** Of the queues of a socket on which no segment comes or goes. */
const LATEST_NS = 3e9;
/** The sweep's number goes round: 0 asks for every record. */
const NUMBERS = 1 << 30;

/** The sockets that are open, as the kernel's iterators show them. */
export class Sweeps {
  private readonly sweeps = new Map<string, { link: Link; memory: SweepMemory }>();
  private readonly record: SocketRecord;
  private readonly numbers: BpfMap;
  private number = 0;
  private readonly tcp = new TcpCounters(LATEST_NS);
  private readonly files = new NetFiles(new Room(), true);

  constructor({ object, refused }: Loaded, layout: RecordLayout) {
    for (const name of SWEEPS)
      if (!refused.has(name))
        this.sweeps.set(name, { link: object.attachIterator(name), memory: new SweepMemory(layout) });
    this.record = new SocketRecord(layout);
    this.numbers = object.map('sweep_number');
  }

  /**
   * Goes through the TCP and UDP sockets of this network namespace, and visits those that are new, or that
   * changed in this sweep or in the one before; in parts. Figures that are held follow their socket until it
   * is gone. `whole`: also what cannot have changed.
   */
  *sweep(nowNs: number, whole: boolean, visit: (socket: SocketRecord) => void): Generator<void> {
    const isStill = this.tcp.isStill(nowNs, (path) => this.files.read(path));
    if (!isStill || whole) yield* this.sweepTcp(nowNs, visit);
    yield* this.run(UDP, visit);
  }

  /**
   * Goes through the open files of all processes: finds the processes of sockets that are older than
   * nettop, and visits the sockets of other network namespaces as sweep does, one for each process that has it.
   */
  sweepFiles(visit: (socket: SocketRecord) => void): void {
    complete(this.run(FILES, visit));
  }

  /** Visits the cookies of sockets that were gone in the last sweep, and also in the last one of files. */
  forget(visit: (cookie: number) => void): void {
    for (const { memory } of this.sweeps.values()) memory.forget(visit);
  }

  /** Whether the last sweep of files showed it; after forget. */
  hasFile(cookie: number): boolean {
    return this.sweeps.get(FILES)?.memory.has(cookie) ?? false;
  }

  stop(): void {
    for (const { link } of this.sweeps.values()) link.destroy();
    this.files.close();
  }

  private *sweepTcp(nowNs: number, visit: (socket: SocketRecord) => void): Generator<void> {
    let moved = false;
    this.begin();
    yield* this.run(TCP, (socket) => {
      moved = true;
      visit(socket);
    });
    this.tcp.goneThrough(nowNs, moved || (this.sweeps.get(TCP)?.memory.isIncomplete ?? false));
  }

  private begin(): void {
    const isWhole = this.sweeps.get(TCP)?.memory.isIncomplete ?? true;
    this.number = (this.number % NUMBERS) + 1;
    this.numbers.write(0, u32Bytes(isWhole ? 0 : this.number));
  }

  private *run(name: string, visit: (socket: SocketRecord) => void): Generator<void> {
    const sweep = this.sweeps.get(name);
    if (!sweep) return;
    const { link, memory } = sweep;
    yield* iterate(link, (fd) => memory.read(fd, (place) => visit(this.record.point(memory, place))));
  }
}
