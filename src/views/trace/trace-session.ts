import type { Btf } from '../../../native/btf.ts';
import { COUNT_RECEIVE, COUNT_TRANSMIT } from '../../attach/points.ts';
import { offsets } from '../../capture/records/layout.ts';
import { packetReader } from '../../capture/records/packet-event.ts';
import { Packets, ringWords } from '../../capture/trace/packets.ts';
import { type PointCount, totalCount } from '../../capture/trace/point-counts.ts';
import type { Stacks } from '../../capture/trace/stacks.ts';
import type { Tracer } from '../../capture/trace/tracer.ts';
import type { Expression } from '../../filter/ast.ts';
import { compileFilter } from '../../filter/compile.ts';
import { epochUs } from '../../machine/clock.ts';
import { dropNames } from '../../machine/drop-names.ts';
import { FilterDevices } from '../../machine/filter-devices.ts';
import type { Interfaces } from '../../machine/interfaces.ts';
import { NetnsNames } from '../../machine/netns-names.ts';
import { RunningNames } from '../../machine/running-names.ts';
import { symbolWarnings } from '../../machine/symbols.ts';
import type { PacketRow, Status } from '../../model/model.ts';
import type { ProcessNames } from '../processes/process-names.ts';
import { TracePane } from './trace-pane.ts';

export type TraceMode = 'off' | 'live' | 'frozen';

/** The tracer with the packets that it delivered: filter, freeze, window and stream over them. */
export class TraceSession {
  readonly pane: TracePane;
  mode: TraceMode = 'off';
  place: Status['filterPlace'] = 'none';
  private readonly packets: Packets;
  private readonly words: Uint32Array;
  private readonly generationAt: number;
  private exact = true;
  private expression: Expression | null = null;
  private readonly devices: FilterDevices;
  private readonly stacks: Stacks | null;
  private frozenFrom = 0;
  /** Number of the packet that the stream sends next. */
  private sent = 0;
  private overtaken = 0;

  constructor(
    private readonly tracer: Tracer,
    names: ProcessNames,
    interfaces: Interfaces,
    nowNs: () => number,
  ) {
    const { btf } = tracer.loaded;
    this.devices = new FilterDevices((name) => interfaces.index(name));
    this.packets = new Packets(packetReader(btf));
    this.words = ringWords(tracer.memory);
    this.generationAt = generationOffset(btf);
    this.stacks = tracer.stacks();
    const netns = new NetnsNames();
    const running = new RunningNames();
    const chains = tracer.chains();
    const rowNames = {
      epochUs: epochUs(),
      point: (number: number) => tracer.name(number),
      interface: (index: number, netns: number) => interfaces.name(index, netns, nowNs()),
      process: (pid: number, cookie: number) => names.get(pid, cookie),
      netns: (inode: number) => netns.get(inode, nowNs()),
      running: (pid: number) => running.get(pid, nowNs()),
      chain: (address: bigint) => chains.get(address),
      stack: (stack: number, name: string) => this.stacks?.get(stack, name) ?? null,
      ...dropNames,
    };
    this.pane = new TracePane(this.packets, rowNames, btf);
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    const filter = compileFilter(expression, this.devices.begin());
    this.exact = filter.exact && this.devices.none;
    this.place = expression === null ? 'none' : this.exact ? 'kernel' : 'kernel and user space';
    this.tracer.setFilter(filter);
    this.drain();
    this.pane.setFilter(expression, !filter.perEvent);
  }

  /** The filter anew where one of its interfaces has another number than it had. */
  tick(): void {
    if (this.devices.changed()) this.setFilter(this.expression);
  }

  setMode(mode: TraceMode): void {
    if (mode === this.mode) return;
    if (this.mode === 'live') this.drain();
    if (mode === 'live') this.tracer.attach();
    else if (mode === 'off') this.tracer.detach();
    else this.freeze();
    this.mode = mode;
  }

  /** Leaves the kernel's functions and reads the ring to its end. */
  end(): void {
    this.tracer.detach();
    while (this.drain() > 0);
    this.mode = 'off';
  }

  /** Takes in what waits in the ring; returns the number of records. */
  drain(): number {
    const { tracer, packets, pane, words, generationAt } = this;
    const { generation } = tracer;
    return tracer.drain((offset) => {
      packets.add(words, offset);
      pane.offer(this.exact && words[(offset + generationAt) >> 2] === generation);
    });
  }

  /** Matching rows that were not streamed yet, at most `limit`. */
  take(limit: number): PacketRow[] {
    this.overtaken += Math.max(0, this.packets.start - this.sent);
    const { rows, next } = this.pane.rowsFrom(this.sent, limit);
    this.sent = next;
    return rows;
  }

  /** What was not streamed yet never will be. */
  abandon(): void {
    this.overtaken += Math.max(0, this.packets.start - this.sent) + this.pane.countFrom(this.sent);
    this.sent = this.packets.end;
  }

  get displayDropped(): number {
    return this.overtaken;
  }

  /** Sentences about what it could not do. */
  warnings(): string[] {
    const lost = this.stacks?.lost() ?? 0;
    const stacks = `${lost} call stacks could not be kept: the kernel had no room for them`;
    return lost === 0 ? symbolWarnings() : [...symbolWarnings(), stacks];
  }

  /** Packets that matched while frozen. */
  frozenPackets(counts: PointCount[]): number {
    return this.mode === 'frozen' ? frozenCount(counts) - this.frozenFrom : 0;
  }

  stop(): void {
    this.tracer.stop();
  }

  private freeze(): void {
    this.tracer.attachCounters();
    this.frozenFrom = frozenCount(this.tracer.counts());
  }
}

/** Records read from the ring so far, whether shown or not. */
export function emittedEvents(counts: PointCount[]): number {
  return totalCount(counts, 'emitted') - frozenCount(counts);
}

function frozenCount(counts: PointCount[]): number {
  return (counts[COUNT_RECEIVE]?.emitted ?? 0) + (counts[COUNT_TRANSMIT]?.emitted ?? 0);
}

function generationOffset(btf: Btf): number {
  return offsets(btf, 'packet_event', { generation: 4 }).generation;
}
