import type { Btf } from '../../../native/btf.ts';
import { tracepointArguments } from '../../../native/kernel.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject } from '../../../native/object.ts';
import { Ring, type RingMemory } from '../../../native/ring.ts';
import { Attacher } from '../../attach/attacher.ts';
import { writeFunctions } from '../../attach/function-table.ts';
import { type Loaded, loadObject, NOT_PERMITTED } from '../../attach/objects.ts';
import {
  type Allowed,
  COUNTER_STANDS,
  MANY,
  plan,
  programs,
  programsOf,
  type Stand,
  standKey,
  statuses,
} from '../../attach/plan.ts';
import { FIXED, POINTS, type Point, RAW_HEADERS, symbolOf } from '../../attach/points.ts';
import { prepareVerdicts } from '../../attach/verdict-points.ts';
import { CaptureError } from '../../errors.ts';
import type { KernelFilter } from '../../filter/compile.ts';
import { monotonicNs } from '../../machine/clock.ts';
import type { Attach, Hook, PointStatus } from '../../model/model.ts';
import { FilterTable, type Gate } from './filter-table.ts';
import { Chains } from './netfilter.ts';
import { type PointCount, readCounts } from './point-counts.ts';
import { STACKS, Stacks } from './stacks.ts';

export interface TracerOptions {
  points: readonly Point[];
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
  kernelStack: boolean;
  verbose?: ((line: string) => void) | undefined;
}

const DRAIN_LIMIT = 200_000;
/** Between two pieces of work of the thread that attaches. */
const ATTACH_NS = 30e6;
const NEVER = () => false;

/** The trace programs: loaded once, attached only while somebody looks. */
export class Tracer {
  readonly loaded: Loaded;
  private readonly ring: Ring;
  private readonly table: FilterTable;
  private readonly refused = new Set<string>();
  stands: readonly Stand[];
  private attacher!: Attacher;
  /** Opened when all is attached. */
  private gate: Gate = 'none';

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
    return statuses(this.stands, this.attacher.refused);
  }

  /** The function, and how it is watched, by the number in its events. */
  name(number: number): { function: string; hook: Hook } {
    const called = this.stands[number - POINTS];
    if (called) return { function: called.point.function, hook: called.rung?.hook ?? 'kprobe' };
    return { function: FIXED[number] ?? String(number), hook: 'tracepoint' };
  }

  /** Functions that are not attached yet, of how many; null: all are. */
  get attaching(): { done: number; total: number } | null {
    const { waiting } = this.attacher;
    const total = this.stands.filter(({ rung }) => rung).length;
    return waiting === 0 ? null : { done: total - waiting, total };
  }

  setFilter(filter: KernelFilter): void {
    this.table.set(filter);
  }

  /** Stands on every point that a rung reaches; on many piece by piece, with each `drain`. */
  attach(): void {
    this.standOn(this.stands, 'all');
  }

  /** Instead of the trace: counts what matches its filter. Many programs stay where they are, and rest. */
  attachCounters(): void {
    this.standOn(this.isMany ? [...this.stands, ...COUNTER_STANDS] : COUNTER_STANDS, 'counters');
  }

  detach(): void {
    this.table.setReady('none');
    this.attacher.keep([]);
  }

  /** Visits the records that are waiting: offsets into `memory`. */
  drain(visit: (offset: number) => void): number {
    if (this.attacher.waiting > 0) this.advance();
    return this.ring.drain(visit, DRAIN_LIMIT);
  }

  /** By point, summed over the CPUs, since nettop started. */
  counts(): PointCount[] {
    return readCounts(this.loaded.object.map('counts'));
  }

  /** Events that were not seen because the kernel skipped a program. */
  recursionMisses(): number {
    return this.attacher.recursionMisses(programs([...this.stands, ...COUNTER_STANDS]));
  }

  /** struct raw_header, those of each point in a row. */
  rawHeaders(): Buffer[] {
    const map = this.loaded.object.map('raw_headers');
    return Array.from({ length: map.maxEntries }, (_, index) => map.read(index));
  }

  /** null: they were not asked for. */
  stacks(): Stacks | null {
    const { object } = this.loaded;
    return this.options.kernelStack ? new Stacks(object.map('stacks'), object.map('lost_stacks')) : null;
  }

  /** What netfilter's chains are called. */
  chains(): Chains {
    return new Chains(this.loaded.object.map('chains'), this.loaded.btf);
  }

  stop(): void {
    this.detach();
    this.attacher.close();
    this.table.close();
    this.ring.close();
    this.loaded.object.close();
  }

  private get isMany(): boolean {
    return this.stands.length > 2 * MANY;
  }

  /** What does not load or attach is planned anew, on the next rung of its point; throws where none is left. */
  private load(): Loaded {
    const { points, verbose } = this.options;
    for (;;) {
      const loaded = loadObject({
        name: 'trace',
        programs: [...programs(this.stands), ...programs(COUNTER_STANDS)],
        required: new Set(),
        prepare: (object, btf) => this.prepare(object, btf),
        verbose,
      });
      writeFunctions(loaded.object, points, this.options.allowed.attachCookies);
      this.attacher = new Attacher(loaded, this.options.allowed.attachCookies);
      const before = this.refused.size;
      this.refuse(loaded.refused);
      if (!this.isMany) {
        this.attacher.enqueue(this.stands); // the gate is still shut
        this.attacher.advance(NEVER);
        for (const key of this.attacher.refused.keys()) this.refused.add(key);
      }
      if (this.refused.size === before) return loaded;
      this.attacher.close();
      loaded.object.close();
      this.stands = this.plan();
      const [reason] = [...loaded.refused.values(), ...this.attacher.refused.values()];
      if (this.stands.every(({ rung }) => !rung)) throw new CaptureError(`trace: ${reason}`, NOT_PERMITTED);
    }
  }

  private refuse(refusedPrograms: ReadonlyMap<string, string>): void {
    for (const { rung, point } of this.stands)
      if (rung && programsOf(rung).some((program) => refusedPrograms.has(program)))
        this.refused.add(standKey(point, rung.hook));
  }

  /** Attaches only what is not attached yet: before Linux 5.12 each fentry program takes up to a second. */
  private standOn(wanted: readonly Stand[], gate: Gate): void {
    this.gate = gate;
    this.table.setReady('none');
    this.attacher.keep(wanted);
    this.attacher.enqueue(wanted);
    this.advance();
  }

  private advance(): void {
    const endNs = monotonicNs() + ATTACH_NS;
    this.attacher.advance(this.isMany ? () => monotonicNs() > endNs : NEVER);
    if (this.attacher.waiting === 0) this.table.setReady(this.gate);
  }

  private plan(): Stand[] {
    const { points, allowed, attach } = this.options;
    return plan(points, allowed, this.refused, attach);
  }

  private prepare(object: BpfObject, btf: Btf): void {
    const { owners, flows, haveCookies, ringBytes, rawHeaders, kernelStack, allowed, points } = this.options;
    object.share(owners);
    object.share(flows);
    object.setMaxEntries('ring', ringBytes);
    const numbers = POINTS + points.length;
    for (const map of ['counts', 'functions']) object.setMaxEntries(map, numbers);
    object.setMaxEntries(
      'packets',
      this.stands.some(({ rung }) => rung?.hook === 'fentry') ? numbers : POINTS,
    );
    if (kernelStack) object.setMaxEntries('stacks', STACKS);
    if (rawHeaders) object.setMaxEntries('raw_headers', numbers * RAW_HEADERS);
    if (!allowed.attachCookies) object.setMaxEntries('addresses', 2 * points.length);
    for (const { rung, point } of this.stands)
      if (rung?.hook === 'fentry')
        for (const program of programsOf(rung)) object.setAttachTarget(program, symbolOf(point));
    const knobs = {
      has_drop_reason: (tracepointArguments('kfree_skb') ?? 0) >= 3,
      has_socket_cookie: haveCookies,
      has_attach_cookie: allowed.attachCookies,
      keep_raw_headers: rawHeaders,
      keep_stacks: kernelStack,
    };
    const written = Object.entries(knobs).map(([name, value]) => ({
      offset: btf.variable('.rodata', name),
      bytes: Uint8Array.of(value ? 1 : 0),
    }));
    object.setReadOnlyData([...written, ...prepareVerdicts(object, btf, points)]);
  }
}
