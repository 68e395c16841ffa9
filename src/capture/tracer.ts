import type { Btf } from '../../native/btf.ts';
import { tracepointArguments } from '../../native/kernel.ts';
import type { BpfMap } from '../../native/map.ts';
import type { BpfObject, Link } from '../../native/object.ts';
import { Ring, type RingMemory } from '../../native/ring.ts';
import type { KernelFilter } from '../filter/compile.ts';
import type { Attach, PointStatus } from '../model.ts';
import { FilterTable } from './filter-table.ts';
import { attachAll, type Loaded, loadObject } from './objects.ts';
import { type Allowed, plan, programs, type Stand, statuses } from './plan.ts';
import { type PointCount, readCounts } from './point-counts.ts';
import { COUNTERS, TRACE_POINTS } from './points.ts';

export interface TracerOptions {
  allowed: Allowed;
  attach: Attach;
  /** Maps that the accounting side fills: who owns a socket, which socket a flow belongs to. */
  owners: BpfMap;
  flows: BpfMap;
  /** How the accounting side names sockets. */
  haveCookies: boolean;
  ringBytes: number;
  rateLimit: number;
  rawHeaders: boolean;
  verbose?: ((line: string) => void) | undefined;
}

const DRAIN_LIMIT = 200_000;

/** The trace programs: loaded once, attached only while somebody looks. */
export class Tracer {
  readonly loaded: Loaded;
  private readonly ring: Ring;
  private readonly table: FilterTable;
  private readonly refused = new Set<string>();
  private stands: Stand[];
  private links = new Map<string, Link>();

  constructor(private readonly options: TracerOptions) {
    this.stands = this.plan();
    this.loaded = this.load();
    const ring = this.loaded.object.map('ring');
    this.ring = new Ring(ring.fd, ring.maxEntries);
    this.table = new FilterTable(this.loaded.object.map('controls').mapValue(), this.loaded.btf);
    this.table.setRate(options.rateLimit);
  }

  get memory(): RingMemory {
    return this.ring.memory;
  }

  get generation(): number {
    return this.table.generation;
  }

  points(): PointStatus[] {
    return statuses(this.stands);
  }

  setFilter(filter: KernelFilter): void {
    this.table.set(filter);
  }

  /** Stands on every point that a rung reaches. What the kernel refuses falls to its next rung. */
  attach(): void {
    this.standOn(programs(this.stands));
  }

  /** Instead of the trace: counts what matches its filter. */
  attachCounters(): void {
    this.standOn(COUNTERS);
  }

  detach(): void {
    this.table.setReady(false);
    this.leaveAllBut([]);
  }

  /** Visits the records that are waiting: offsets into `memory`. */
  drain(visit: (offset: number) => void): number {
    return this.ring.drain(visit, DRAIN_LIMIT);
  }

  /** By point, summed over the CPUs, since nettop started. */
  counts(): PointCount[] {
    return readCounts(this.loaded.object.map('counts'));
  }

  /** struct raw_header, those of each point in a row. */
  rawHeaders(): Buffer[] {
    const map = this.loaded.object.map('raw_headers');
    return Array.from({ length: map.maxEntries }, (_, index) => map.read(index));
  }

  stop(): void {
    this.detach();
    this.table.close();
    this.ring.close();
    this.loaded.object.close();
  }

  /** Programs that do not load or attach are planned anew, on the next rung of their point. */
  private load(): Loaded {
    for (;;) {
      const wanted = [...programs(this.stands), ...COUNTERS];
      const loaded = loadObject({
        name: 'trace',
        programs: wanted,
        required: new Set(),
        prepare: (object, btf) => this.prepare(object, btf),
        verbose: this.options.verbose,
      });
      this.links = attachAll(loaded, wanted); // the gate is still shut
      if (loaded.refused.size === 0) return loaded;
      this.leaveAllBut([]);
      const before = this.refused.size;
      for (const program of loaded.refused.keys()) this.refused.add(program);
      this.stands = this.plan();
      if (this.refused.size === before) return loaded;
      loaded.object.close();
    }
  }

  /** Attaches only what is not attached yet: before Linux 5.12 each fentry program takes up to a second. */
  private standOn(wanted: string[]): void {
    this.table.setReady(false);
    this.leaveAllBut(wanted);
    const missing = wanted.filter((name) => !this.links.has(name));
    for (const [name, link] of attachAll(this.loaded, missing)) this.links.set(name, link);
    this.table.setReady(true);
  }

  private leaveAllBut(wanted: string[]): void {
    for (const [name, link] of this.links) {
      if (wanted.includes(name)) continue;
      link.destroy();
      this.links.delete(name);
    }
  }

  private plan(): Stand[] {
    const { allowed, attach } = this.options;
    return plan(TRACE_POINTS, allowed, this.refused, attach);
  }

  private prepare(object: BpfObject, btf: Btf): void {
    const { owners, flows, haveCookies, ringBytes, rawHeaders } = this.options;
    object.share(owners);
    object.share(flows);
    object.setMaxEntries('ring', ringBytes);
    const knobs = {
      has_drop_reason: (tracepointArguments('kfree_skb') ?? 0) >= 3,
      has_socket_cookie: haveCookies,
      keep_raw_headers: rawHeaders,
    };
    object.setReadOnlyData(
      Object.entries(knobs).map(([name, value]) => ({
        offset: btf.variable('.rodata', name),
        bytes: Uint8Array.of(value ? 1 : 0),
      })),
    );
  }
}
