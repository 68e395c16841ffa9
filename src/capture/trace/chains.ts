import type { Btf } from '../../../native/btf.ts';
import { u64Bytes, viewOf } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { CHAIN } from '../../abi/packet.ts';
import { sanitize } from '../../text/text.ts';
import type { Chain } from '../records/chain.ts';

/** The names of chains by address, from struct chain in bpf/abi/packet.h; null: it is not known. */
export function chainReader(map: BpfMap, btf: Btf): (address: bigint) => Chain | null {
  const chain = codecOf(btf, CHAIN);
  return (address) => {
    const found = address === 0n ? null : map.lookup(u64Bytes(address));
    if (!found) return null;
    const { table, name } = chain.values(viewOf(found), 0);
    return { table: sanitize(table), chain: sanitize(name) };
  };
}
