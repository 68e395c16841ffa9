import type { Options } from '../command/options.ts';
import type { Status } from '../model/model.ts';
import { openOutput } from '../output/open-output.ts';
import type { TextRun } from '../output/text.ts';
import { LineWriter } from '../output/writer.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { formatCount, formatDuration } from '../text/format.ts';
import { progress, say } from './context.ts';

/** What the command line says of a run that writes lines. */
export async function textRun({
  filter,
  cgroup,
  wire,
  wishes,
  intervalMs,
  durationMs,
  count,
  pcapng,
}: Options): Promise<Omit<TextRun, 'source' | 'report' | 'note'>> {
  const unit = pcapng === null ? 'lines' : 'blocks';
  return {
    writer: new LineWriter(pcapng === null ? process.stdout : await openOutput(pcapng), unit),
    filter: filter.expression,
    cgroup,
    wire,
    ...wishes,
    intervalMs,
    durationMs,
    count,
    ...interruptions(),
    nowUs: () => Date.now() * 1000,
    complain: say,
    ...(isWaitedFor(pcapng) && {
      progress: (written: number, status: Status) =>
        progress.show(progressLine(`${formatCount(written)} ${unit}`, status)),
    }),
  };
}

/** Somebody looks on, and the output goes elsewhere. */
export const isWaitedFor = (pcapng: string | null): boolean =>
  progress.isSeen && (!process.stdout.isTTY || (pcapng !== null && pcapng !== '-'));

/** Such as "nettop: 1m05s, 120k lines written, lost 0; Ctrl-C ends it". */
export function progressLine(written: string, status?: Status): string {
  const all = status && Object.values(status.lost).reduce((sum, count) => sum + count, 0);
  const lost = all === undefined ? '' : `, lost ${formatCount(all)}`;
  return `nettop: ${formatDuration(process.uptime())}, ${written} written${lost}; Ctrl-C ends it`;
}
