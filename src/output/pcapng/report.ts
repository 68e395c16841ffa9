import type { Answer } from '../../model/question.ts';
import { TRACE_ASKED } from '../../panes/registry.ts';
import { NO_REPORT, type Report } from '../report.ts';
import { type CaptureFacts, CaptureFile, MADE } from './capture-file.ts';

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
      const lost = lostOf(last, facts);
      for (const line of closing(file.frames, last, { lost, facts, quiet: notes.quiet }))
        notes.say(`nettop: ${line}`);
      return file.end(lost, timeUs);
    },
  };
}

/** A recording tells of sightings alone what the rate limit turned away or had no room. */
function lostOf({ frames, status }: Answer, { isMade }: CaptureFacts): number {
  return isMade ? status.lost.ringFull + status.lost.rateLimited : (frames?.lost ?? 0);
}

function closing(
  frames: number,
  { frames: without, status }: Answer,
  { lost, facts: { every, isMade }, quiet }: { lost: number; facts: CaptureFacts; quiet: boolean },
): string[] {
  const { withoutHeader = 0 } = without ?? {};
  const { displayDropped, recursionMissed } = status.lost;
  const missing = lost + withoutHeader + displayDropped + recursionMissed;
  const what = every ? 'sightings' : 'packets';
  const sightings = isMade ? ' sightings' : '';
  const losses = `${lost}${sightings} over the rate limit or without room in the ring, ${recursionMissed} missed in recursion, ${displayDropped} not written`;
  const hidden = isMade
    ? 'had no header that is recorded, or are later fragments'
    : 'had no header to be read';
  const summary = `${frames} ${what} in the capture; lost: ${losses}; ${withoutHeader} ${hidden}`;
  const all = [summary, ...(isMade ? [MADE] : []), ...status.warnings];
  return quiet && missing === 0 ? status.warnings : all;
}
