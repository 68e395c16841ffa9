import type { Btf } from '../../../native/btf.ts';
import type { Mapping } from '../../../native/libc.ts';
import type { KernelFilter } from '../../filter/compile.ts';
import { offsets } from '../records/layout.ts';

const CONTROL = { generation: 4, ready: 4, packet_ns: 8, burst_ns: 8 };
/** enum gate in bpf/abi/control.h. */
export const GATES = { none: 0, all: 1, counters: 2 } as const;
export type Gate = keyof typeof GATES;
const SLOTS = 8;
/** A burst of this length at the full rate passes before the limit bites. */
const BURST_NS = 100_000_000n;

/**
 * struct control, live: what the trace programs read at every packet. A new filter is written to a
 * slot that no program reads, then one store of the generation swaps it.
 */
export class FilterTable {
  generation = 0;
  private readonly view: DataView;
  private readonly words: Int32Array;
  private readonly at;
  private readonly filters: { offset: number; size: number; step: number };

  constructor(
    private readonly mapping: Mapping,
    btf: Btf,
  ) {
    this.view = new DataView(mapping.memory);
    this.words = new Int32Array(mapping.memory);
    this.at = offsets(btf, 'control', CONTROL);
    const filter = btf.layout('filter');
    const filters = btf.layout('control').members.find((member) => member.name === 'filters');
    if (!filters || filters.size !== SLOTS * filter.size) throw new Error('struct control has other filters');
    this.filters = { offset: filters.offset, size: filter.size, step: btf.layout('filter_step').size };
  }

  /** Swaps the filter. Packets recorded from now on carry the new generation. */
  set(filter: KernelFilter): void {
    const next = this.generation + 1;
    const base = this.filters.offset + (next % SLOTS) * this.filters.size;
    this.view.setUint32(base, filter.steps.length, true);
    this.view.setUint32(base + 4, filter.needsOwner ? 1 : 0, true);
    this.view.setUint32(base + 8, filter.perEvent ? 1 : 0, true);
    filter.steps.forEach((step, index) => {
      const at = base + 12 + index * this.filters.step;
      this.view.setUint32(at, step.word, true);
      this.view.setUint32(at + 4, step.mask, true);
      this.view.setUint32(at + 8, step.low, true);
      this.view.setUint32(at + 12, step.high, true);
      this.view.setUint16(at + 16, step.yes, true);
      this.view.setUint16(at + 18, step.no, true);
    });
    this.generation = next;
    Atomics.store(this.words, this.at.generation >> 2, next);
  }

  /** Packets per second; 0 for no limit. */
  setRate(packetsPerSecond: number): void {
    const packetNs = packetsPerSecond > 0 ? BigInt(Math.round(1e9 / packetsPerSecond)) : 0n;
    this.view.setBigUint64(this.at.burst_ns, BURST_NS, true);
    this.view.setBigUint64(this.at.packet_ns, packetNs, true);
  }

  /** The gate: opened when every program is attached. */
  setReady(gate: Gate): void {
    Atomics.store(this.words, this.at.ready >> 2, GATES[gate]);
  }

  close(): void {
    this.mapping.unmap();
  }
}
