import type { Btf } from '../../../native/btf.ts';
import { functionArguments, tracepointArguments } from '../../../native/kernel.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject, Link } from '../../../native/object.ts';
import { Ring } from '../../../native/ring.ts';
import { tryKind } from '../../attach/allowed.ts';
import { attachAll, type Loaded, skippedRuns } from '../../attach/objects.ts';
import { EVENT_KINDS, type EventCounts, type EventTotals } from '../../model/model.ts';
import { readU64 } from '../records/layout.ts';
import { type EventSample, eventReader, type LifeSample, lifeReader } from '../records/life-record.ts';
import { lastLooks } from './hooks.ts';

/** They stand all the time: who sent a reset belongs to a connection's end. */
export const RESET_HOOKS = ['on_send_reset', 'on_receive_reset'];
/** They stand while events are asked for: the last one is called at every system call. */
export const EVENT_HOOKS = ['on_retransmit', 'on_retransmit_synack', 'on_call_end'];
/** accept(), where functions can be followed: by how many arguments it takes. */
const ACCEPT_HOOKS: Readonly<Record<number, string>> = { 2: 'exit_accept', 4: 'exit_accept_of_four' };

/** The program that sees accept() return, where functions can be followed. */
export function acceptHooks(): string[] {
  const hook = ACCEPT_HOOKS[functionArguments('inet_csk_accept')];
  return hook !== undefined && tryKind('fentry') === null ? [hook] : [];
}

/** The program that sees errors before a process takes them from its socket; none before Linux 5.14. */
export function errorHooks(): string[] {
  return tracepointArguments('inet_sk_error_report') === null ? [] : ['on_error_report'];
}

const EVENT_RING = 'life_events';
/** Of struct life_count: told and not told of each kind, and connections without room. */
const COUNTS = 2 * EVENT_KINDS.length + 1;

/** The lives of open connections, and events as they come. */
export class Lives {
  private readonly ring: Ring;
  private readonly map: BpfMap;
  private readonly readLife;
  private readonly readEvent;
  private links = new Map<string, Link>();
  private before: Totals | null = null;
  private readonly looks: string[];

  constructor(private readonly loaded: Loaded) {
    this.looks = lastLooks(loaded, ['on_state', ...RESET_HOOKS, ...EVENT_HOOKS]);
    const { object, btf } = loaded;
    const events = object.map(EVENT_RING);
    this.ring = new Ring(events.fd, events.maxEntries);
    this.map = object.map('lives');
    if (btf.layout('life_count').size !== COUNTS * 8) throw new Error('struct life_count has other kinds');
    this.readLife = lifeReader(btf);
    this.readEvent = eventReader(btf);
  }

  get areEventsTold(): boolean {
    return this.before !== null;
  }

  /** null: it is closed, older than nettop, or no TCP connection. */
  of(cookie: number): LifeSample | null {
    const key = Buffer.alloc(8);
    key.writeBigUInt64LE(BigInt(cookie));
    const value = this.map.lookup(key);
    return value && this.readLife(new DataView(value.buffer, value.byteOffset, value.length), 0);
  }

  /** From now on every event is told. */
  start(): void {
    if (this.before) return;
    this.links = attachAll(this.loaded, EVENT_HOOKS);
    this.before = this.read();
    this.gate(1);
  }

  /** The kernel tells no more; what it told can still be read. */
  pause(): void {
    if (this.before) this.gate(0);
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
      ...(full > 0 ? [`no room for the times of ${full} connections`] : []),
      ...(missed > 0
        ? [`${missed} changes of connections were not seen: the kernel skipped the program`]
        : []),
    ];
  }

  private gate(open: number): void {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(open);
    this.loaded.object.map('life_gate').write(0, value);
  }

  private read(): Totals {
    const bytes = this.loaded.object.map('life_counts').read(0, true);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const kinds = EVENT_KINDS.length;
    const sum: Totals = { told: Array(kinds).fill(0), untold: Array(kinds).fill(0), full: 0, missed: 0 };
    for (let cpu = 0; cpu < bytes.length; cpu += COUNTS * 8) {
      for (let kind = 0; kind < kinds; kind++) {
        sum.told[kind] = (sum.told[kind] ?? 0) + readU64(view, cpu + 8 * kind);
        sum.untold[kind] = (sum.untold[kind] ?? 0) + readU64(view, cpu + 8 * (kinds + kind));
      }
      sum.full += readU64(view, cpu + 16 * kinds);
    }
    sum.missed = skippedRuns(this.loaded, this.looks);
    return sum;
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
export function prepareLives(object: BpfObject, btf: Btf, ringBytes: number): void {
  object.setMaxEntries(EVENT_RING, ringBytes);
  const knob = (name: string, on: boolean) => ({
    offset: btf.variable('.rodata', name),
    bytes: Uint8Array.of(on ? 1 : 0),
  });
  object.setReadOnlyData([
    knob('has_reset_reason', (tracepointArguments('tcp_send_reset') ?? 0) >= 3),
    knob('has_retransmit_error', (tracepointArguments('tcp_retransmit_skb') ?? 0) >= 3),
  ]);
}
