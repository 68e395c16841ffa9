import { readU64 } from '../../../native/fields.ts';
import type { KernelTypes } from '../../../native/kernel.ts';
import type { BpfMap } from '../../../native/map.ts';
import { Ring } from '../../../native/ring.ts';
import type { Layouts } from '../../abi/layout.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';
import { FIXED } from '../../abi/points.ts';
import { Attacher } from '../../attach/attacher.ts';
import { writeFunctions } from '../../attach/function-table.ts';
import { type Loaded, loadObject, NOT_PERMITTED } from '../../attach/objects.ts';
import {
  type Allowed,
  type Attachment,
  attachmentKey,
  COUNTERS,
  MANY,
  plan,
  programs,
  programsOf,
  statuses,
} from '../../attach/plan.ts';
import { POINTS, type Point } from '../../attach/points.ts';
import { CaptureError } from '../../errors.ts';
import type { KernelFilter } from '../../filter/compile.ts';
import { monotonicNs } from '../../machine/clock.ts';
import type { Attach, Hook, PointStatus } from '../../model/model.ts';
import type { Chain } from '../records/chain.ts';
import { type PointCount, readCounts } from '../records/point-count.ts';
import { chainReader } from './chains.ts';
import { FilterTable, type Gate } from './filter-table.ts';
import { readLostFrames } from './lost-frames.ts';
import { prepareTrace } from './prepare.ts';
import { stackAddresses } from './stacks.ts';

export interface TracerOptions {
  points: readonly Point[];
  allowed: Allowed;
  types: KernelTypes;
  attach: Attach;
  /** Maps that the accounting side fills: who owns a socket, which socket a flow belongs to. */
  owners: BpfMap;
  flows: BpfMap;
  /** How the accounting side names sockets. */
  haveCookies: boolean;
  ringBytes: number;
  rateLimit: number;
  rawHeaders: boolean;
  captureFrames?: boolean | undefined;
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
  readonly words: Uint32Array;
  readonly layouts: Layouts;
  readonly chain: (address: bigint) => Chain | null;
  private readonly ring: Ring;
  private readonly table: FilterTable;
  private readonly refused = new Set<string>();
  attachments: readonly Attachment[];
  private attacher!: Attacher;
  /** Opened when all is attached. */
  private gate: Gate = 'none';

  constructor(private readonly options: TracerOptions) {
    this.attachments = this.plan();
    this.loaded = this.load();
    const ring = this.loaded.object.map('ring');
    this.ring = new Ring(ring.fd, ring.maxEntries);
    this.words = new Uint32Array(this.ring.memory.u8.buffer);
    this.layouts = this.loaded.btf;
    this.chain = chainReader(this.loaded.object.map('chains'), this.loaded.btf);
    this.table = new FilterTable(this.loaded.object.map('controls').mapValues(), this.loaded.btf);
    this.table.setRate(options.rateLimit);
  }

  get generation(): number {
    return this.table.generation;
  }

  points(): PointStatus[] {
    return statuses(this.attachments, this.attacher.refused);
  }

  /** The function, and how it is watched, by the number in its events. */
  name(number: number): { function: string; hook: Hook } {
    const called = this.attachments[number - POINTS];
    if (called) return { function: called.point.function, hook: called.rung?.hook ?? 'kprobe' };
    return { function: FIXED[number] ?? String(number), hook: 'tracepoint' };
  }

  /** Functions that are not attached yet, of how many; null: all are. */
  get attaching(): { done: number; total: number } | null {
    const { waiting } = this.attacher;
    const total = this.attachments.filter(({ rung }) => rung).length;
    return waiting === 0 ? null : { done: total - waiting, total };
  }

  setFilter(filter: KernelFilter): void {
    this.table.set(filter);
  }

  /** Attaches to every point that a rung reaches; on many piece by piece, with each `drain`. */
  attach(): void {
    this.attachTo(this.attachments, 'all');
  }

  /** Instead of the trace: counts what matches its filter. Many programs stay where they are, and rest. */
  attachCounters(): void {
    this.attachTo(this.isMany ? [...this.attachments, ...COUNTERS] : COUNTERS, 'counters');
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
    return readCounts(this.loaded.object.map('counts'), this.loaded.btf);
  }

  /** Events that were not seen because the kernel skipped a program. */
  recursionMisses(): number {
    return this.attacher.recursionMisses(programs([...this.attachments, ...COUNTERS]));
  }

  /** Records have the first bytes of packets behind them. */
  get captures(): boolean {
    return this.options.captureFrames ?? false;
  }

  /** What no capture file can have. */
  lostFrames(): { packets: number; events: number } {
    return readLostFrames(this.loaded);
  }

  /** struct raw_header, those of each point in a row. */
  rawHeaders(): Buffer[] {
    const map = this.loaded.object.map('raw_headers');
    return Array.from({ length: map.maxEntries }, (_, index) => map.read(index));
  }

  /** Addresses of a call stack, innermost first; none where none was kept. */
  stack(number: number): bigint[] {
    return this.options.kernelStack ? stackAddresses(this.loaded.object.map('stacks'), number) : [];
  }

  lostStacks(): number {
    return readU64(sumOverCpus(this.loaded.object.map('lost_stacks')), 0);
  }

  stop(): void {
    this.detach();
    this.attacher.close();
    this.table.close();
    this.ring.close();
    this.loaded.object.close();
  }

  private get isMany(): boolean {
    return this.attachments.length > 2 * MANY;
  }

  /** What does not load or attach is planned anew, on the next rung of its point; throws where none is left. */
  private load(): Loaded {
    const { points, verbose, allowed, types } = this.options;
    for (;;) {
      const loaded = loadObject({
        name: 'trace',
        programs: [...programs(this.attachments), ...programs(COUNTERS)],
        required: new Set(),
        prepare: (object, btf) => prepareTrace(object, btf, this.options, this.attachments),
        verbose,
      });
      writeFunctions(loaded, points, allowed.attachCookies);
      this.attacher = new Attacher(loaded, allowed.attachCookies, types);
      const before = this.refused.size;
      this.refuse(loaded.refused);
      if (!this.isMany) {
        this.attacher.enqueue(this.attachments); // the gate is still shut
        this.attacher.advance(NEVER);
        for (const key of this.attacher.refused.keys()) this.refused.add(key);
      }
      if (this.refused.size === before) return loaded;
      this.attacher.close();
      loaded.object.close();
      this.attachments = this.plan();
      const [reason] = [...loaded.refused.values(), ...this.attacher.refused.values()];
      const isNone = this.attachments.every(({ rung }) => !rung);
      if (isNone) throw new CaptureError(`trace: ${reason}`, NOT_PERMITTED);
    }
  }

  private refuse(refusedPrograms: ReadonlyMap<string, string>): void {
    for (const { rung, point } of this.attachments)
      if (rung && programsOf(rung).some((program) => refusedPrograms.has(program)))
        this.refused.add(attachmentKey(point, rung.hook));
  }

  /** Attaches only what is not attached yet: before Linux 5.12 each fentry program takes up to a second. */
  private attachTo(wanted: readonly Attachment[], gate: Gate): void {
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

  private plan(): Attachment[] {
    return plan(this.options.points, this.options.allowed, this.refused, this.options.attach);
  }
}
