import type { Btf } from '../../../native/btf.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { Netfilter } from '../../model/model.ts';
import { sanitize } from '../../text/text.ts';
import { offsets, readName } from '../records/layout.ts';
import type { PacketEvent } from '../records/packet-event.ts';

/** Names in struct chain. */
const NAME_BYTES = 32;

/** enum nf_place in bpf/abi/packet.h. */
const PLACES = [
  '',
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'ingress',
  'egress',
  'brouting',
];
/** enum nf_verdict in bpf/abi/packet.h. */
const VERDICTS = ['drop', 'accept', 'stolen', 'queue', 'repeat', 'stop'];

/** A chain of nftables, or a table of iptables, whose `chain` is ''. */
export interface Chain {
  table: string;
  chain: string;
}

/** The names of chains by address, from struct chain in bpf/abi/packet.h. */
export class Chains {
  private readonly at: { table: number; name: number };

  constructor(
    private readonly map: BpfMap,
    btf: Btf,
  ) {
    this.at = offsets(btf, 'chain', { table: NAME_BYTES, name: NAME_BYTES });
  }

  /** null: it is not known. */
  get(address: bigint): Chain | null {
    const key = Buffer.alloc(8);
    key.writeBigUInt64LE(address);
    const found = address === 0n ? null : this.map.lookup(key);
    if (!found) return null;
    const view = new DataView(found.buffer, found.byteOffset, found.length);
    const text = (at: number) => sanitize(readName(view, at, NAME_BYTES));
    return { table: text(this.at.table), chain: text(this.at.name) };
  }
}

/** What netfilter says of a packet; null where its function is not netfilter's. */
export function netfilter(
  { nfHook, verdict, place }: PacketEvent,
  chainAt: (address: bigint) => Chain | null,
): Netfilter | null {
  if (nfHook === 0) return null;
  const hook = PLACES[nfHook] ?? String(nfHook);
  const known = chainAt(place);
  return {
    hook,
    table: known?.table ?? null,
    chain: known && (known.chain || hook.toUpperCase()), // a table's own chains have the hooks' names
    verdict: VERDICTS[verdict] ?? String(verdict),
  };
}
