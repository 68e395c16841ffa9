import { readFileSync } from 'node:fs';
import type { DebugRow } from '../output/debug.ts';
import type { Capture } from './capture.ts';
import { POINT_FUNCTIONS } from './points.ts';

const RAW_HEADERS = 2;
/** Where the tracepoint kfree_skb stands: since Linux 6.11, since 5.17, before. */
const FREES = ['sk_skb_reason_drop', 'kfree_skb_reason', 'kfree_skb'];

/** --debug-func: each traced function with its address, hits, and the first headers seen there. */
export function debugFunctions(capture: Capture): DebugRow[] {
  const { counts, rawHeaders } = capture.debug();
  const addresses = readAddresses(new Set<string>([...POINT_FUNCTIONS, ...FREES]));
  return capture.answer().status.points.map((point) => {
    const number = POINT_FUNCTIONS.indexOf(point.shownAs as (typeof POINT_FUNCTIONS)[number]);
    const raw = rawHeaders.slice(number * RAW_HEADERS, (number + 1) * RAW_HEADERS);
    return {
      ...point,
      address: addresses.get(symbolOf(point.shownAs, addresses)) ?? '',
      hits: point.hook ? (counts[number]?.hits ?? 0) : 0,
      headers: raw.map(hexOf).filter((hex) => hex !== ''),
    };
  });
}

/** kfree_skb is inlined into its callers since Linux 5.17: the tracepoint moved with its body. */
function symbolOf(name: string, addresses: ReadonlyMap<string, string>): string {
  return name === 'kfree_skb' ? (FREES.find((symbol) => addresses.has(symbol)) ?? name) : name;
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
