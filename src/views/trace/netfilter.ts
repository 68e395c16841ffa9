import { NF_PLACES, NF_VERDICTS } from '../../abi/packet.ts';
import type { Chain } from '../../capture/records/chain.ts';
import type { PacketEvent } from '../../capture/records/packet-event.ts';
import type { Netfilter } from '../../model/model.ts';

/** What netfilter says of a packet; null where its function is not netfilter's. */
export function netfilter(
  { nfHook, verdict, place }: PacketEvent,
  chainAt: (address: bigint) => Chain | null,
): Netfilter | null {
  if (nfHook === 0) return null;
  const hook = NF_PLACES[nfHook] ?? String(nfHook);
  const known = chainAt(place);
  return {
    hook,
    table: known?.table ?? null,
    chain: known && (known.chain || hook.toUpperCase()), // a table's own chains have the hooks' names
    verdict: NF_VERDICTS[verdict] ?? String(verdict),
  };
}
