import { codecOf } from '../abi/layout.ts';
import { PACKET_EVENT } from '../abi/packet.ts';
import type { TraceFeed } from '../views/trace/trace-feed.ts';
import { hearing } from './hearing.ts';
import type { PacketNames } from './packet-names.ts';
import type { Recorder } from './recorder.ts';

/** What still waited in the ring when the trace was frozen or left. */
export const LATE_PACKETS = 'late packets';
/** The rest of what waited, where that is more than a piece. */
export const MORE_PACKETS = 'more packets';
export const PIECE_BYTES = 1 << 20;

/**
 * Records are visited where they were copied to: what they lead to is written down after them. `isShown`: somebody
 * visits them.
 */
export function recordingTrace(
  trace: TraceFeed,
  recorder: Recorder,
  names: PacketNames | null,
  isShown: boolean,
): TraceFeed {
  const heard = recorder.listen('trace', trace);
  const layouts = recorder.listen('layouts', trace.layouts);
  const pieces = new Pieces(trace, layouts, recorder, { names: names?.of(heard, layouts), isShown });
  return {
    ...hearing(recorder, 'trace', trace, ['counts', 'recursionMisses', 'points', 'name', 'chain', 'stack']),
    lostStacks: () => heard.lostStacks(),
    layouts,
    words: pieces.words,
    get generation() {
      return trace.generation;
    },
    get attaching() {
      return heard.attaching;
    },
    setFilter: (filter) => trace.setFilter(filter),
    attach() {
      pieces.kind = 'packets';
      trace.attach();
    },
    attachCounters() {
      pieces.kind = LATE_PACKETS;
      trace.attachCounters();
    },
    detach() {
      pieces.kind = LATE_PACKETS;
      trace.detach();
    },
    drain: (visit) => pieces.drain(visit),
    stop: () => trace.stop(),
  };
}

type Visit = Parameters<TraceFeed['drain']>[0];

/** Records as they are read, in pieces that one look at the recording shows again. */
class Pieces {
  readonly words = new Uint32Array(PIECE_BYTES / 4);
  private readonly view = new DataView(this.words.buffer);
  private readonly packet;
  kind = LATE_PACKETS;

  constructor(
    private readonly trace: TraceFeed,
    layouts: TraceFeed['layouts'],
    private readonly recorder: Recorder,
    private readonly then: {
      names: { see(view: DataView, at: number): void } | undefined;
      isShown: boolean;
    },
  ) {
    this.packet = codecOf(layouts, PACKET_EVENT);
  }

  drain(visit: Visit): number {
    const { trace, recorder, words, packet, kind } = this;
    const { size, get } = packet;
    const { words: told } = trace;
    const view = new DataView(told.buffer);
    let end = 0;
    let piece = kind;
    const found = trace.drain((offset) => {
      if (recorder.isChoosy && !recorder.isWanted(get.netns(view, offset))) return;
      if (end + size > PIECE_BYTES) {
        this.tell(piece, end, visit);
        piece = MORE_PACKETS;
        end = 0;
      }
      // by hand: a part of an array is an object, and there is one for each event
      for (let from = offset >> 2, to = end >> 2, left = size >> 2; left > 0; left--)
        words[to++] = told[from++] as number;
      end += size;
    });
    if (end > 0) this.tell(piece, end, visit);
    return found;
  }

  private tell(kind: string, end: number, visit: Visit): void {
    const { recorder, then, words, view, packet } = this;
    const { size } = packet;
    const { names, isShown } = then;
    recorder.add(kind, Buffer.from(words.buffer.slice(0, end)), size);
    for (let offset = 0; offset < end; offset += size) names?.see(view, offset);
    if (!isShown) return;
    for (let offset = 0; offset < end; offset += size) visit(offset);
  }
}
