import { cutMiddle, cutStart } from './text.ts';

/** How bytes and rates are written; what programs read is in bytes always. */
export interface Units {
  /** Rates are bits per second. */
  bits: boolean;
  /** By powers of 1024, as IEC 80000-13 names them: KiB. */
  iec: boolean;
}

export const USUAL_UNITS: Units = { bits: false, iec: false };

const SI = ['', 'k', 'M', 'G', 'T', 'P'];
const IEC = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** Three significant figures; 999.6 is left to the next unit. */
function threeFigures(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** So many of a unit, in at most 4 figures with the prefix that fits. */
function prefixed(count: number, unit: string, { iec }: Units): string {
  const [prefixes, step, most] = iec ? [IEC, 1024, 1023.5] : [SI, 1000, 999.5];
  if (count < most) return `${Math.round(count)} ${unit}`;
  let value = count;
  let power = 0;
  while (value >= most && power < prefixes.length - 1) {
    value /= step;
    power++;
  }
  return `${threeFigures(value)} ${prefixes[power]}${unit}`;
}

/** Bytes, at most 7 characters, 8 with IEC: 999 B, 1.23 kB, 12.4 MB; 1.23 KiB. */
export function formatBytes(bytes: number, units: Units): string {
  return prefixed(bytes, 'B', units);
}

/** A rate of bytes per second, in so many characters: 12.4 MB/s, or 99.2 Mbit/s; - for one that is not known. */
export function formatRate(bytesPerSecond: number | null, units: Units): string {
  if (bytesPerSecond === null) return '-';
  return units.bits
    ? `${prefixed(bytesPerSecond * 8, 'bit', units)}/s`
    : `${formatBytes(bytesPerSecond, units)}/s`;
}

/** Cells of the longest amount of bytes, and of the longest rate. */
export const bytesCells = ({ iec }: Units): number => (iec ? 8 : 7);
export const rateCells = (units: Units): number => bytesCells(units) + (units.bits ? 4 : 2);

/** How much of some traffic has a process; a part is never rounded up to all of it. */
export function formatAttribution(share: number | null, bytesPerSecond: number | null, units: Units): string {
  const percent = share === null ? '-' : String(Math.floor(share * 1000) / 10);
  return `attributed ${percent} % of ${formatRate(bytesPerSecond, units)}`;
}

/** A number of things: 318, 9.8k, 98.1k, 981k, 1.2M. */
export function formatCount(count: number): string {
  if (count < 999.5) return String(Math.round(count));
  let value = count;
  let unit = -1;
  while (value >= 999.5 && unit < 3) {
    value /= 1000;
    unit++;
  }
  return `${value < 99.95 ? value.toFixed(1) : value.toFixed(0)}${'kMGT'[unit]}`;
}

/** A round trip or another short time, from microseconds: 0.4µs, 870µs, 1.23ms, 1.5s. */
export function formatMicroseconds(us: number): string {
  if (us < 9.95 && !Number.isInteger(us)) return `${us.toFixed(1)}µs`;
  if (us < 999.5) return `${Math.round(us)}µs`;
  return us < 999_500 ? `${threeFigures(us / 1000)}ms` : `${threeFigures(us / 1_000_000)}s`;
}

/** So many things a second: 9.8k/s; - for a rate that is not known. */
export function formatPerSecond(perSecond: number | null): string {
  return perSecond === null ? '-' : `${formatCount(perSecond)}/s`;
}

/** A long time in its two largest units: 12s, 3m04s, 2h10m, 3d. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m`;
  return `${Math.floor(whole / 86400)}d`;
}

/** A setting such as 500 or 2000 ms, in seconds: 0.5 s, 2 s. */
export function formatInterval(ms: number): string {
  return `${ms / 1000} s`;
}

/** Local time of day from microseconds since the epoch: 14:03:59.000123. */
export function formatTimestamp(timeUs: number): string {
  const date = new Date(Math.floor(timeUs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const micros = String(Math.floor(timeUs % 1_000_000)).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

/** Address and port in at most `cells` cells; what is cut off a long address is never its end or its port. */
export function formatEndpoint(
  address: string,
  port: number | string,
  cells = Number.POSITIVE_INFINITY,
): string {
  const isV6 = address.includes(':');
  const whole = isV6 ? `[${address}]:${port}` : `${address}:${port}`;
  // a digit or two of an address say nothing
  if (whole.length > cells && cells < `:${port}`.length + LEAST_ADDRESS) return cutStart(`:${port}`, cells);
  if (!isV6) return cutStart(whole, cells);
  const end = `]:${port}`;
  return `[${cutMiddle(address, Math.max(1, cells - 1 - end.length))}${end}`;
}

/** Cells of an address beside its port, with the … that stands for the rest. */
const LEAST_ADDRESS = 4;

const BLOCKS = '▁▂▃▄▅▆▇█';

/** The last values as blocks, oldest first: zero is the lowest block, the largest value the highest, null none. */
export function sparkline(values: readonly (number | null)[], cells: number): string {
  const last = values.slice(-cells);
  const most = Math.max(...last.map((value) => value ?? 0), 0);
  const block = (value: number | null) =>
    value === null ? ' ' : value > 0 ? BLOCKS[Math.max(1, Math.ceil((value / most) * 7))] : BLOCKS[0];
  return last.map(block).join('').padStart(cells);
}
