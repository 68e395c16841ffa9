import { formatDuration, formatTimestamp } from '../text/format.ts';
import type { Playing } from './play.ts';

/** A moment of a recording, microseconds since the epoch; or why there is none, and where in the text. */
export type Moment = { toUs: number } | { message: string; at: number };

type Around = Pick<Playing, 'fromUs' | 'untilUs' | 'atUs'>;

/** Of a recording, as people say it. */
export const MOMENT_EXAMPLES = "12:34:56, +30s, -3m, end, '3m ago'";

const DAY_US = 86_400e6;
const SECOND_US = 1e6;
const UNITS_US: Readonly<Record<string, number>> = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: DAY_US };
const PART = /(\d+(?:\.\d+)?)\s*(ms|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?)?|d(?:ays?)?)?\s*/gi;
const CLOCK =
  /^(?:(\d{4})-(\d\d?)-(\d\d?)[ T]+)?([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,6}))?)?(Z)?$/i;

/**
 * What a text says: a time of day, with a date or not, "end", "begin", from here on or back ("+30s", "-1m30s"), or how
 * long before the end ("3m ago").
 */
export function momentOf(text: string, { fromUs, untilUs, atUs }: Around): Moment {
  const word = text.trim().toLowerCase();
  const at = text.length - text.trimStart().length;
  const within = (toUs: number): Moment => ({
    toUs: Math.max(fromUs, Math.min(untilUs ?? Number.POSITIVE_INFINITY, toUs)),
  });
  if (word === 'end') return untilUs === null ? { message: 'the end is not there yet', at } : within(untilUs);
  if (word === 'begin' || word === 'start') return within(fromUs);
  const [, sign, far] = /^([+-])(.+)$/.exec(word) ?? [];
  const byUs = far === undefined ? null : durationUs(far);
  if (byUs !== null) return within(sign === '-' ? atUs - byUs : atUs + byUs);
  const agoUs = durationUs(/^(.+)\sago$/.exec(word)?.[1] ?? '');
  const lastUs = untilUs ?? atUs;
  if (agoUs !== null)
    return agoUs <= lastUs - fromUs + SECOND_US
      ? within(lastUs - agoUs)
      : { message: `the recording begins ${formatDuration((lastUs - fromUs) / 1e6)} before its end`, at };
  const clock = CLOCK.exec(text.trim());
  if (!clock) return { message: `no time such as ${MOMENT_EXAMPLES}`, at };
  const found = clockUs(clock, fromUs, lastUs);
  if (found !== null) return within(found);
  return { message: `the recording is from ${told(fromUs)} to ${told(lastUs)}`, at };
}

const told = (us: number): string => formatTimestamp(us).slice(0, 8);

/** "90", "30s", "1m30s"; null: it is none. */
function durationUs(text: string): number | null {
  if (text === '' || text.replace(PART, '') !== '') return null;
  return [...text.matchAll(PART)].reduce((sum, [, number, unit = 's']) => {
    const name = /^ms$/i.test(unit) ? 'ms' : (unit[0] ?? 's').toLowerCase();
    return sum + Number(number) * (UNITS_US[name] ?? 0);
  }, 0);
}

/** On the first day on which it is in the recording; null: on none. A second is as good as what is within it. */
function clockUs(
  [, year, month, day, hour, minute, second = '0', part = '', utc]: RegExpExecArray,
  fromUs: number,
  lastUs: number,
): number | null {
  const time = [Number(hour), Number(minute), Number(second)] as const;
  const onDay = (years: number, months: number, days: number): number => {
    const ms = utc
      ? Date.UTC(years, months, days, ...time)
      : new Date(years, months, days, ...time).getTime();
    return ms * 1000 + Number(part.padEnd(6, '0'));
  };
  const isIn = (us: number): boolean => us > fromUs - SECOND_US && us <= lastUs + SECOND_US;
  if (year !== undefined) {
    const us = onDay(Number(year), Number(month) - 1, Number(day));
    return isIn(us) ? us : null;
  }
  for (let dayUs = fromUs; dayUs <= lastUs + DAY_US; dayUs += DAY_US) {
    const date = new Date(dayUs / 1000);
    const us = utc
      ? onDay(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
      : onDay(date.getFullYear(), date.getMonth(), date.getDate());
    if (isIn(us)) return us;
  }
  return null;
}
