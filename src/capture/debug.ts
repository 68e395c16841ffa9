import { RAW_HEADERS } from '../abi/packet.ts';
import { readAddresses } from '../machine/addresses.ts';
import type { DebugRow } from '../model/function.ts';
import type { Capture } from './capture.ts';

/** Where the tracepoint kfree_skb stands: since Linux 6.11, since 5.17, before. */
const FREES = ['sk_skb_reason_drop', 'kfree_skb_reason', 'kfree_skb'];

/** --debug-func: each traced function with its address, hits, and the first headers seen there. */
export function debugFunctions(capture: Capture): DebugRow[] {
  const { counts, rawHeaders, attachments } = capture.debug();
  const points = capture.answer().status.points;
  const addresses = readAddresses(
    new Set<string>([...points.map(({ symbol, shownAs }) => symbol ?? shownAs), ...FREES]),
  );
  return points.map((point, index) => {
    const number = attachments[index]?.number ?? 0;
    const raw = rawHeaders.slice(number * RAW_HEADERS, (number + 1) * RAW_HEADERS);
    return {
      ...point,
      address: addresses.get(symbolOf(point.symbol ?? point.shownAs, addresses)) ?? '',
      hits: point.hook ? (counts[number]?.hits ?? 0) : 0,
      headers: raw.map((bytes) => bytes.toString('hex')).filter((hex) => hex !== ''),
    };
  });
}

/** kfree_skb is inlined into its callers since Linux 5.17: the tracepoint moved with its body. */
function symbolOf(name: string, addresses: ReadonlyMap<string, string>): string {
  return name === 'kfree_skb' ? (FREES.find((symbol) => addresses.has(symbol)) ?? name) : name;
}
