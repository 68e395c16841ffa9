import type { Btf } from '../../../native/btf.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject } from '../../../native/object.ts';
import { codecOf } from '../../abi/layout.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';
import { WIRE_LOSS } from '../../abi/wire.ts';
import { attachRequired, type Loaded, loadObject, skippedRuns } from '../../attach/objects.ts';
import { type OwnerMaps, SocketOwners } from '../accounting/socket-owners.ts';
import { Settled, Unchanged } from '../ledger/wire-samples.ts';
import { type WireReader, type WireSample, wireReader } from '../records/wire-record.ts';
import { WireWaiting } from './waiting.ts';

const PROGRAMS = ['count_received', 'count_sent'];
/** Scratches in the programs: one to receive, one to send. */
const SCRATCHES = 2;
/** An entry that did not change for so long leaves the kernel's map, once that is half full. */
const IDLE_NS = 60e9;
const SETTLED_MOST = 100_000;

export interface WireCounterOptions extends OwnerMaps {
  haveCookies: boolean;
  verbose?: ((line: string) => void) | undefined;
}

/** Frames that are in no sample. */
export interface LostFrames {
  packets: number;
  bytes: number;
}

/** The programs that count frames, and their maps. They are attached from the start, but for pauses. */
export class WireCounter {
  private readonly loaded: Loaded;
  private readonly reader: WireReader;
  private readonly counts: BpfMap;
  private readonly waiting: WireWaiting;
  private readonly unchanged = new Unchanged();
  private readonly forgotten: LostFrames = { packets: 0, bytes: 0 };
  private readonly settled = new Settled(SETTLED_MOST, ({ rxPackets, rxBytes, txPackets, txBytes }) => {
    this.forgotten.packets += rxPackets + txPackets;
    this.forgotten.bytes += rxBytes + txBytes;
  });
  private isCrowded = false;
  private links = new Map<string, Link>();
  private lostBefore: LostFrames = { packets: 0, bytes: 0 };

  /** Throws a CaptureError where the kernel refuses a program. */
  constructor(private readonly options: WireCounterOptions) {
    this.loaded = loadObject({
      name: 'wire',
      programs: PROGRAMS,
      required: new Set(PROGRAMS),
      prepare: (object, btf) => this.prepare(object, btf),
      verbose: options.verbose,
    });
    const { object, btf } = this.loaded;
    this.reader = wireReader(btf);
    this.counts = object.map('counts');
    const owners = new SocketOwners(options, btf, this.reader.owner);
    this.waiting = new WireWaiting(object.map('waiting'), this.reader, owners);
    this.start();
  }

  start(): void {
    if (this.links.size === 0) this.links = attachRequired(this.loaded, PROGRAMS);
  }

  pause(): void {
    for (const link of this.links.values()) link.destroy();
    this.links.clear();
  }

  /** Begins all counts anew. */
  restart(): void {
    removeAll(this.counts);
    removeAll(this.loaded.object.map('waiting'));
    this.waiting.clear();
    this.unchanged.clear();
    this.settled.clear();
    this.lostBefore = this.lostEver();
  }

  /** Visits all that was counted since the last restart. */
  sweep(nowNs: number, visit: (sample: WireSample) => void): void {
    const settle = (sample: WireSample) => this.settled.add(sample);
    this.sweepCounts(nowNs, visit, settle);
    this.waiting.sweep(nowNs, visit, settle);
    this.settled.forEach(visit);
  }

  /** Since the last restart. */
  lost(): LostFrames {
    const { packets, bytes } = this.lostEver();
    return { packets: packets - this.lostBefore.packets, bytes: bytes - this.lostBefore.bytes };
  }

  stop(): void {
    this.pause();
    this.loaded.object.close();
  }

  private sweepCounts(
    nowNs: number,
    visit: (sample: WireSample) => void,
    settle: (sample: WireSample) => void,
  ): void {
    const idle: Buffer[] = [];
    let entries = 0;
    this.counts.forEach((key, value) => {
      entries++;
      if (this.isCrowded && this.isIdle(key, value, nowNs)) idle.push(Buffer.from(key));
      else visit(this.reader.sample(key, value));
    });
    this.isCrowded = entries > this.counts.maxEntries / 2;
    if (!this.isCrowded) this.unchanged.clear();
    for (const key of idle) {
      const value = this.counts.take(key);
      if (value) settle(this.reader.sample(key, value));
      this.unchanged.forget(key.toString('latin1'));
    }
  }

  private isIdle(key: Buffer, value: Buffer, nowNs: number): boolean {
    return nowNs - this.unchanged.sinceNs(key.toString('latin1'), value, nowNs) > IDLE_NS;
  }

  /** Over all CPUs, with the calls that the kernel skipped because the program ran there already. */
  private lostEver(): LostFrames {
    const { object, btf } = this.loaded;
    const { frames, bytes } = codecOf(btf, WIRE_LOSS).values(sumOverCpus(object.map('lost_frames')), 0);
    return {
      packets: this.forgotten.packets + skippedRuns(this.loaded, PROGRAMS) + frames,
      bytes: this.forgotten.bytes + bytes,
    };
  }

  private prepare(object: BpfObject, btf: Btf): void {
    const { owners, flows, haveCookies } = this.options;
    object.share(owners);
    object.share(flows);
    object.setMaxEntries('packets', SCRATCHES);
    setKnobs(object, btf, { has_socket_cookie: haveCookies });
  }
}

function removeAll(map: BpfMap): void {
  const keys: Buffer[] = [];
  map.forEach((key) => {
    keys.push(Buffer.from(key));
  });
  for (const key of keys) map.remove(key);
}
