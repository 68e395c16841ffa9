import { codecOf } from '../../abi/layout.ts';
import { PACKET_EVENT } from '../../abi/packet.ts';
import { COUNT_RECEIVE, COUNT_TRANSMIT } from '../../abi/points.ts';
import { capturedReader } from '../../capture/records/captured.ts';
import { packetReader } from '../../capture/records/packet-event.ts';
import { type PointCount, totalCount } from '../../capture/records/point-count.ts';
import type { Expression } from '../../filter/ast.ts';
import { compileFilter } from '../../filter/compile.ts';
import { FilterDevices } from '../../machine/filter-devices.ts';
import type { Machine } from '../../machine/machine.ts';
import type { FrameRow } from '../../model/frame.ts';
import type { PacketRow, Status } from '../../model/model.ts';
import type { ProcessNames } from '../processes/process-names.ts';
import { frameBytes } from './frame-bytes.ts';
import type { FrameOwners } from './frame-owners.ts';
import { Frames } from './frames.ts';
import { Packets } from './packets.ts';
import { Stacks } from './stacks.ts';
import type { TraceFeed } from './trace-feed.ts';
import { TracePane } from './trace-pane.ts';

export type TraceMode = 'off' | 'live' | 'frozen';

/** The tracer with the packets that it delivered: filter, freeze, window and stream over them. */
export class TraceSession {
  readonly pane: TracePane;
  mode: TraceMode = 'off';
  place: Status['filterPlace'] = 'none';
  /** null: nobody asked for the bytes of packets, and it is no recording. */
  readonly frames: Frames | null;
  private readonly packets: Packets;
  private readonly words: Uint32Array;
  private readonly generationAt: number;
  private exact = true;
  private expression: Expression | null = null;
  private readonly devices: FilterDevices;
  private frozenFrom = 0;
  /** Number of the packet that the stream sends next. */
  private sent = 0;
  private overtaken = 0;

  constructor(
    private readonly tracer: TraceFeed,
    names: ProcessNames,
    private readonly machine: Machine,
    owners: FrameOwners,
  ) {
    const { layouts } = tracer;
    const captured = tracer.captures ? capturedReader(layouts) : null;
    this.devices = new FilterDevices((name) => machine.interfaceIndex(name));
    this.packets = new Packets(packetReader(layouts), captured?.size);
    this.words = tracer.words;
    this.generationAt = codecOf(layouts, PACKET_EVENT).at.generation;
    const stacks = new Stacks(
      (number) => tracer.stack(number),
      (address) => machine.symbol(address),
    );
    const rowNames = {
      epochUs: machine.epochUs(),
      point: (number: number) => tracer.name(number),
      interface: (index: number, netns: number) => machine.interfaceName(index, netns),
      process: (pid: number, cookie: number) => names.get(pid, cookie),
      netns: (inode: number) => machine.netnsName(inode),
      running: (pid: number) => machine.runningName(pid),
      chain: (address: bigint) => tracer.chain(address),
      stack: (stack: number, name: string) => stacks.get(stack, name),
      reason: (number: number) => machine.reason(number),
      place: (address: bigint) => machine.place(address),
    };
    this.pane = new TracePane(this.packets, rowNames, layouts);
    const { packets, pane } = this;
    const bytes = frameBytes(tracer, captured, packets);
    this.frames =
      bytes &&
      new Frames({
        packets,
        ...bytes,
        epochUs: rowNames.epochUs,
        row: (number) => pane.row(number),
        owner: (pid, cookie) => owners.get(pid, cookie),
      });
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

  /** The same as frames; `every`: at each function, else once for each packet. */
  takeFrames(limit: number, every: boolean): FrameRow[] {
    const frames: FrameRow[] = [];
    this.overtaken += Math.max(0, this.packets.start - this.sent);
    for (let found = limit; found === limit && frames.length === 0; ) {
      const { numbers, next } = this.pane.numbersFrom(this.sent, limit);
      for (const number of numbers) {
        const frame = this.frames?.of(number, every);
        if (frame) frames.push(frame);
      }
      found = numbers.length;
      this.sent = next;
    }
    return frames;
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
    const lost = this.tracer.lostStacks();
    const stacks = `${lost} call stacks could not be kept: the kernel had no room for them`;
    const hidden = this.machine.warnings();
    return lost === 0 ? hidden : [...hidden, stacks];
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
