import { codecOf, type Layouts } from '../abi/layout.ts';
import { PACKET_EVENT } from '../abi/packet.ts';
import type { TraceFeed } from '../views/trace/trace-feed.ts';
import type { Player } from './player.ts';
import { LATE_PACKETS, MORE_PACKETS, PIECE_BYTES } from './recording-trace.ts';
import type { Counted } from './since.ts';

/**
 * The trace of a record. It was filtered when it was made: what is asked for now is judged packet by packet. `since`:
 * what is counted from the beginning of the record on.
 */
export function recordedTrace(player: Player, since: Counted): TraceFeed {
  const layouts = withNewer(player.answering('layouts'));
  const told = player.answering<TraceFeed>('trace', {
    counts: () => [],
    points: () => [],
    stack: () => [],
    lostStacks: () => 0,
    recursionMisses: () => 0,
    name: (number) => ({ function: String(number), hook: 'kprobe' }),
  });
  const pieces = new RecordedPieces(player, codecOf(layouts, PACKET_EVENT).size);
  return {
    layouts,
    isRecorded: true,
    words: pieces.words,
    generation: -1, // no record was let through by the filter that is in force
    get attaching() {
      return (player.answer('trace.attaching', []) ?? null) as TraceFeed['attaching'];
    },
    setFilter: () => {},
    attach: () => {
      pieces.isAttached = true;
    },
    attachCounters: () => {
      pieces.isAttached = false;
    },
    detach: () => {
      pieces.isAttached = false;
    },
    drain: (visit) => pieces.drain(visit),
    counts: () => since('trace.counts', told.counts()),
    recursionMisses: () => since('trace.recursionMisses', told.recursionMisses()),
    points: () => told.points(),
    name: (number) => told.name(number),
    chain: (address) => told.chain(address),
    stack: (number) => told.stack(number),
    lostStacks: () => since('trace.lostStacks', told.lostStacks()),
    stop: () => {},
  };
}

/** What older recordings have as padding, which is 0, has names by now. */
function withNewer(layouts: Layouts): Layouts {
  return {
    layout(struct) {
      const told = layouts.layout(struct);
      const padding = told.members.find(({ name }) => name === '_pad');
      if (struct !== PACKET_EVENT.struct || padding?.size !== 3) return told;
      const { offset } = padding;
      const newer = [
        { name: 'ttl', offset, size: 1 },
        { name: 'window', offset: offset + 1, size: 2 },
      ];
      return { ...told, members: [...told.members, ...newer] };
    },
  };
}

type Visit = Parameters<TraceFeed['drain']>[0];

class RecordedPieces {
  readonly words: Uint32Array;
  isAttached = false;

  constructor(
    private readonly player: Player,
    private readonly size: number,
  ) {
    const longest = player.longest('packets', LATE_PACKETS, MORE_PACKETS);
    this.words = new Uint32Array(Math.max(PIECE_BYTES, longest) / 4);
  }

  drain(visit: Visit): number {
    const { player } = this;
    const late = player.next(LATE_PACKETS);
    let found = 0;
    for (let entry = late ?? player.next('packets'); entry; entry = player.next(MORE_PACKETS))
      if ((this.isAttached || late) && !player.isHurried) found += this.show(entry.bytes, visit);
    return found;
  }

  private show(bytes: Uint8Array, visit: Visit): number {
    const { words, size } = this;
    const end = Math.min(bytes.length, 4 * words.length);
    new Uint8Array(words.buffer).set(bytes.subarray(0, end));
    for (let offset = 0; offset + size <= end; offset += size) visit(offset);
    return Math.floor(end / size);
  }
}
