import type { Btf } from '../../../native/btf.ts';
import { u32Bytes, u64Bytes, viewOf } from '../../../native/fields.ts';
import type { KernelTypes } from '../../../native/kernel.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject } from '../../../native/object.ts';
import { Ring } from '../../../native/ring.ts';
import { codecOf } from '../../abi/layout.ts';
import { LIFE_COUNT, TELL } from '../../abi/life.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';
import {
  acceptArguments,
  hasErrorReport,
  hasResetReason,
  hasRetransmitError,
} from '../../attach/kernel-differences.ts';
import { attachAll, type Loaded, skippedRuns } from '../../attach/objects.ts';
import type { RunningKernel } from '../../attach/running-kernel.ts';
import { EVENT_KINDS, type EventCounts, type EventTotals } from '../../model/model.ts';
import { type EventSample, eventReader, type LifeSample, lifeReader } from '../records/life-record.ts';
import { lastLooks } from './hooks.ts';

/** Attached all the time: who sent a reset belongs to a connection's end, whose fault a retransmit is to its figures. */
export const HAPPENING_HOOKS = ['on_send_reset', 'on_receive_reset', 'on_retransmit'];
/** Attached while events are asked for: the last one is called at every system call. */
export const EVENT_HOOKS = ['on_retransmit_synack', 'on_call_end'];
/** accept(), where functions can be followed: by how many arguments it takes. */
const ACCEPT_HOOKS: Readonly<Record<number, string>> = { 2: 'exit_accept', 4: 'exit_accept_of_four' };

/** The program that sees accept() return, where functions can be followed. */
export function acceptHooks(kernel: RunningKernel): string[] {
  const hook = ACCEPT_HOOKS[acceptArguments(kernel.types)];
  return hook !== undefined && kernel.refusal('fentry') === null ? [hook] : [];
}

/** The program that sees errors before a process takes them from its socket, where there is a tracepoint of them. */
export function errorHooks(types: KernelTypes): string[] {
  return hasErrorReport(types) ? ['on_error_report'] : [];
}

const EVENT_RING = 'life_events';
const FAILED = EVENT_KINDS.indexOf('failed');

/** The lives of open connections, and events as they come. */
export class Lives {
  private readonly ring: Ring;
  private readonly map: BpfMap;
  private readonly counts;
  private readonly readLife;
  private readonly readEvent;
  private links = new Map<string, Link>();
  private before: Totals | null = null;
  private readonly looks: string[];
  /** Takes calls that failed, while they are asked for and events are not. */
  failedCall: ((event: EventSample) => void) | null = null;
  private untoldBefore = 0;

  /** `frames`: programs that see messages about connections, which events are told with. */
  constructor(
    private readonly loaded: Loaded,
    private readonly frames: readonly string[],
  ) {
    this.looks = lastLooks(loaded, ['on_state', ...HAPPENING_HOOKS, ...EVENT_HOOKS]);
    const { object, btf } = loaded;
    const events = object.map(EVENT_RING);
    this.ring = new Ring(events.fd, events.maxEntries);
    this.map = object.map('lives');
    this.counts = codecOf(btf, LIFE_COUNT);
    this.readLife = lifeReader(btf);
    this.readEvent = eventReader(btf);
  }

  get areEventsTold(): boolean {
    return this.before !== null;
  }

  /** null: it is closed, older than nettop, or no TCP connection. */
  of(cookie: number): LifeSample | null {
    const value = this.map.lookup(u64Bytes(cookie));
    return value && this.readLife(viewOf(value), 0);
  }

  /** From now on every event is told. */
  start(): void {
    if (this.before) return;
    this.links = attachAll(this.loaded, [...EVENT_HOOKS, ...this.frames]);
    this.before = this.read();
    this.gate(TELL.events);
  }

  /** From now on calls to send and receive that fail are told, of sockets without states, as the rings are read. */
  tellFailedCalls(visit: (event: EventSample) => void): void {
    if (this.before || this.failedCall) return;
    this.untoldBefore = this.untoldFailures();
    this.failedCall = visit;
    this.gate(TELL.failedCalls);
  }

  /** Those of them that found no room. */
  failedCallsLost(): number {
    return this.failedCall ? this.untoldFailures() - this.untoldBefore : 0;
  }

  /** The kernel tells no more; what it told can still be read. */
  pause(): void {
    if (this.before) this.gate(TELL.nothing);
  }

  stop(): void {
    for (const link of this.links.values()) link.destroy();
    this.ring.close();
  }

  /** At most `limit` events, oldest first. */
  drain(visit: (event: EventSample) => void, limit: number): number {
    const { view } = this.ring.memory;
    return this.ring.drain((offset) => visit(this.readEvent(view, offset)), limit);
  }

  /** Since events are told; null: they are not. */
  totals(): EventTotals | null {
    const { before } = this;
    if (!before) return null;
    const { told, untold, missed } = this.read();
    const since = (of: (kind: number) => number) =>
      Object.fromEntries(EVENT_KINDS.map((name, kind) => [name, of(kind)])) as EventCounts;
    const at = (values: number[], kind: number) => values[kind] ?? 0;
    const notTold = (kind: number) => at(untold, kind) - at(before.untold, kind);
    return {
      counted: since((kind) => at(told, kind) - at(before.told, kind) + notTold(kind)),
      notTold: since(notTold),
      missed: missed - before.missed,
    };
  }

  /** What could not be kept, as sentences. */
  warnings(): string[] {
    const { full, missed } = this.read();
    return [
      ...(full > 0 ? [`state history of ${full} connections was not recorded (map full)`] : []),
      ...(missed > 0
        ? [`${missed} changes of connections were not seen: the kernel skipped the program`]
        : []),
    ];
  }

  private untoldFailures(): number {
    return this.read().untold[FAILED] ?? 0;
  }

  private gate(open: number): void {
    this.loaded.object.map('life_gate').write(0, u32Bytes(open));
  }

  private read(): Totals {
    const counts = this.counts.values(sumOverCpus(this.loaded.object.map('life_counts')), 0);
    return { ...counts, missed: skippedRuns(this.loaded, this.looks) };
  }
}

/** Over all CPUs. */
interface Totals {
  told: number[];
  untold: number[];
  full: number;
  missed: number;
}

/** Knobs and sizes, before the load. */
export function prepareLives(object: BpfObject, btf: Btf, types: KernelTypes, ringBytes: number): void {
  object.setMaxEntries(EVENT_RING, ringBytes);
  setKnobs(object, btf, {
    has_reset_reason: hasResetReason(types),
    has_retransmit_error: hasRetransmitError(types),
  });
}
