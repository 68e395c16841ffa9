import type { Btf } from '../../../native/btf.ts';
import type { Mapping } from '../../../native/libc.ts';
import { CONTROL, FILTER, FILTER_SLOTS, FILTER_STEP, GATE } from '../../abi/control.ts';
import { codecOf } from '../../abi/layout.ts';
import type { KernelFilter } from '../../filter/compile.ts';

export type Gate = keyof typeof GATE;
/** So many packets at once pass before the limit bites, or as many as it lets through in this time. */
const BURST = 1000;
const LONGEST_BURST_NS = 1e9;

/**
 * struct control, live: what the trace programs read at every packet. A new filter is written to a
 * slot that no program reads, then one store of the generation swaps it.
 */
export class FilterTable {
  generation = 0;
  private readonly view: DataView;
  private readonly words: Int32Array;
  private readonly control;
  private readonly filter;
  private readonly step;

  constructor(
    private readonly mapping: Mapping,
    btf: Btf,
  ) {
    this.view = new DataView(mapping.memory);
    this.words = new Int32Array(mapping.memory);
    this.control = codecOf(btf, CONTROL);
    this.filter = codecOf(btf, FILTER);
    this.step = codecOf(btf, FILTER_STEP);
  }

  /** Swaps the filter. Packets recorded from now on carry the new generation. */
  set({ steps, needsOwner, perEvent }: KernelFilter): void {
    const { view, control, filter, step } = this;
    const next = this.generation + 1;
    const base = control.at.filters + (next % FILTER_SLOTS) * filter.size;
    filter.put(view, base, {
      count: steps.length,
      needs_owner: needsOwner ? 1 : 0,
      per_event: perEvent ? 1 : 0,
    });
    steps.forEach((values, index) => {
      step.put(view, base + filter.at.steps + index * step.size, values);
    });
    this.generation = next;
    this.store('generation', next);
  }

  /** Packets per second; 0 for no limit. */
  setRate(packetsPerSecond: number): void {
    const packetNs = packetsPerSecond > 0 ? Math.round(1e9 / packetsPerSecond) : 0;
    this.control.put(this.view, 0, {
      burst_ns: Math.min(LONGEST_BURST_NS, BURST * packetNs),
      packet_ns: packetNs,
    });
  }

  /** The gate: opened when every program is attached. */
  setReady(gate: Gate): void {
    this.store('ready', GATE[gate]);
  }

  close(): void {
    this.mapping.unmap();
  }

  /** At once, and after what was written before. */
  private store(member: 'generation' | 'ready', value: number): void {
    Atomics.store(this.words, this.control.at[member] / this.words.BYTES_PER_ELEMENT, value);
  }
}
