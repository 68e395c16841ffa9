import { codecOf } from '../abi/layout.ts';
import { PACKET_EVENT } from '../abi/packet.ts';
import type { TraceFeed } from '../views/trace/trace-feed.ts';
import type { Player } from './player.ts';
import { LATE_PACKETS } from './recording-feed.ts';

/** The trace of a record. It was filtered when it was made: what is asked for now is judged packet by packet. */
export function recordedTrace(player: Player): TraceFeed {
  const layouts = player.answering<TraceFeed['layouts']>('layouts');
  const told = player.answering<TraceFeed>('trace', {
    counts: () => [],
    points: () => [],
    stack: () => [],
    lostStacks: () => 0,
    recursionMisses: () => 0,
    name: (number) => ({ function: String(number), hook: 'kprobe' }),
  });
  const { size } = codecOf(layouts, PACKET_EVENT);
  const words = new Uint32Array(player.longest('packets', LATE_PACKETS) / 4);
  let isAttached = false;
  return {
    layouts,
    words,
    generation: -1, // no record was let through by the filter that is in force
    get attaching() {
      return (player.answer('trace.attaching', []) ?? null) as TraceFeed['attaching'];
    },
    setFilter: () => {},
    attach: () => {
      isAttached = true;
    },
    attachCounters: () => {
      isAttached = false;
    },
    detach: () => {
      isAttached = false;
    },
    drain(visit) {
      const late = player.next(LATE_PACKETS);
      const bytes = (late ?? player.next('packets'))?.bytes;
      if (!bytes || !(isAttached || late)) return 0;
      new Uint8Array(words.buffer).set(bytes);
      for (let offset = 0; offset < bytes.length; offset += size) visit(offset);
      return bytes.length / size;
    },
    counts: () => told.counts(),
    recursionMisses: () => told.recursionMisses(),
    points: () => told.points(),
    name: (number) => told.name(number),
    chain: (address) => told.chain(address),
    stack: (number) => told.stack(number),
    lostStacks: () => told.lostStacks(),
    stop: () => {},
  };
}
