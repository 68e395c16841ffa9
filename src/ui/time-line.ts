import type { Playing } from '../model/play.ts';
import { formatTimestamp } from '../text/format.ts';
import { clip, type Line } from '../text/span.ts';
import type { PlayState } from './play.ts';

/** Hours, minutes, seconds. */
const CLOCK = 8;
const FEWEST_CELLS = 10;
const KEYS = 'Space pause  [ ] 10 s  { } 1 min  : time  . step  + - speed';

/** Where in a recording one is, how it is played, and the keys for that. */
export function timeLine(playing: Playing, play: PlayState, columns: number): Line {
  const { fromUs, untilUs, atUs, isOver, isSeeking, damage } = playing;
  const clock = (us: number) => formatTimestamp(us).slice(0, CLOCK);
  const how = isSeeking ? 'seeking' : isOver ? 'end' : play.isPaused ? 'paused' : `▶ ${play.speed}×`;
  const note = damage[0] ?? KEYS;
  const begin: Line = [
    { text: ` ${how.padEnd(7)} `, tone: 'strong' },
    { text: `${clock(atUs)} `, tone: 'accent' },
  ];
  const used = 10 + CLOCK + 1;
  if (untilUs === null) return clip([...begin, { text: ` live   ${note}`, tone: 'muted' }], columns);
  const end = ` ${clock(untilUs)}   `;
  const cells = Math.max(FEWEST_CELLS, columns - used - end.length - note.length - 1);
  const share = untilUs > fromUs ? (atUs - fromUs) / (untilUs - fromUs) : 1;
  const done = Math.max(0, Math.min(cells, Math.round(share * cells)));
  return clip(
    [
      ...begin,
      { text: '━'.repeat(done), tone: 'accent' },
      { text: '─'.repeat(cells - done), tone: 'muted' },
      { text: end },
      { text: note, tone: damage.length > 0 ? 'caution' : 'muted' },
    ],
    columns,
  );
}
