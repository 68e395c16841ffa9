import type { Options } from '../command/options.ts';
import { CaptureError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Answer } from '../model/question.ts';
import { closingLines } from '../output/report.ts';
import type { Recorded } from '../record/tape.ts';
import { formatBytes, formatDuration, formatTimestamp, USUAL_UNITS } from '../text/format.ts';
import { machine } from './context.ts';

/** Hours, minutes, seconds. */
const CLOCK = 8;

/** What is said of a recording when it has ended. Throws a CaptureError where there is nothing in it. */
export function endingLines(
  { recording, record: { mostBytes, ringMs } }: Options,
  last: Answer,
  { bytes, isFull, span, lost }: Recorded,
): string[] {
  if (!span)
    throw new CaptureError(
      `${quote(recording ?? '')} holds nothing: the first second has more than ${size(mostBytes ?? 0)}`,
      'give --max-size more',
    );
  const seconds = (span.untilNs - span.fromNs) / 1e9;
  const kept = ringMs === null ? '' : `, the last ${formatDuration(seconds)}`;
  return [
    `nettop: ${quote(recording ?? '')}: ${size(bytes)}${kept}`,
    ...(isFull ? [`nettop: --max-size is reached: the recording ends at ${clock(span.untilNs)}`] : []),
    ...(lost
      ? [
          `nettop: ${formatDuration(lost.ns / 1e9)} more were asked for and found no room: ${lost.events} traced events of them are lost; give --max-size more`,
        ]
      : []),
    ...closingLines(last.status),
  ];
}

const size = (bytes: number): string => formatBytes(bytes, USUAL_UNITS);
const clock = (ns: number): string => formatTimestamp(machine.epochUs() + ns / 1000).slice(0, CLOCK);
