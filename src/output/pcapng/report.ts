import type { Answer } from '../../model/question.ts';
import { TRACE_ASKED } from '../../panes/registry.ts';
import { NO_REPORT, type Report } from '../report.ts';
import { type CaptureFacts, CaptureFile } from './capture-file.ts';

export interface Notes {
  /** Sentences that have no place in the file. */
  say: (line: string) => void;
  /** Nothing is said of a capture that is whole. */
  quiet: boolean;
}

/** What `nettop trace --pcapng` writes; `startUs`: since the epoch. */
export function captureReport(facts: CaptureFacts, startUs: number, notes: Notes): Report<Buffer> {
  const file = new CaptureFile(facts, startUs);
  const { every } = facts;
  return {
    ...NO_REPORT,
    answer: () => [],
    views: { frames: { ...TRACE_ASKED, every } },
    stream: 'frames',
    begin: () => [file.begin()],
    rows: (rows) => (rows as Parameters<typeof file.blocks>[0][]).flatMap((frame) => file.blocks(frame)),
    end: (last, timeUs) => {
      for (const line of closing(file.frames, last, facts, notes.quiet)) notes.say(`nettop: ${line}`);
      return file.end(last, timeUs);
    },
  };
}

function closing(
  frames: number,
  { frames: without, status }: Answer,
  { every }: CaptureFacts,
  quiet: boolean,
) {
  const { lost = 0, withoutHeader = 0 } = without ?? {};
  const { displayDropped, recursionMissed } = status.lost;
  const missing = lost + withoutHeader + displayDropped + recursionMissed;
  const what = every ? 'sightings' : 'packets';
  const losses = `${lost} over the rate limit or without room in the ring, ${recursionMissed} missed in recursion, ${displayDropped} not written`;
  const summary = `${frames} ${what} in the capture; lost: ${losses}; ${withoutHeader} had no header to be read`;
  return quiet && missing === 0 ? status.warnings : [summary, ...status.warnings];
}
