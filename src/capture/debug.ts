import { readFileSync } from 'node:fs';
import type { Capture } from './capture.ts';
import type { DebugFunction } from './messages.ts';
import { POINT_FUNCTIONS } from './points.ts';

const RAW_HEADERS = 2;

/** --debug-func: each traced function with its address, hits, and the first headers seen there. */
export function debugFunctions(capture: Capture): DebugFunction[] {
  const { counts, rawHeaders } = capture.debug();
  const addresses = readAddresses(new Set<string>(POINT_FUNCTIONS));
  return capture.answer().status.points.map((point) => {
    const number = POINT_FUNCTIONS.indexOf(point.shownAs as (typeof POINT_FUNCTIONS)[number]);
    const raw = rawHeaders.slice(number * RAW_HEADERS, (number + 1) * RAW_HEADERS);
    return {
      ...point,
      address: addresses.get(point.shownAs) ?? '',
      hits: point.hook ? (counts[number]?.hits ?? 0) : 0,
      headers: raw.map(hexOf).filter((hex) => hex !== ''),
    };
  });
}

/** struct raw_header: length, then the bytes. */
function hexOf(raw: Buffer): string {
  return raw.subarray(4, 4 + raw.readUInt32LE(0)).toString('hex');
}

/** /proc/kallsyms, the wanted symbols only; an address of zeros is one that the kernel hides. */
function readAddresses(wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync('/proc/kallsyms', 'latin1').split('\n')) {
    const [address, , name] = line.split(/[ \t]/);
    if (address && name && wanted.has(name) && !/^0+$/.test(address)) found.set(name, address);
  }
  return found;
}
