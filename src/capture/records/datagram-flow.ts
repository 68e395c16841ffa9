import type { Btf } from '../../../native/btf.ts';
import { readU64, viewOf } from '../../../native/fields.ts';
import { codecOf } from '../../abi/layout.ts';
import { FLOW_KEY } from '../../abi/packet.ts';
import { PROTOCOLS } from '../../filter/words.ts';

/** An entry of the map that tells which socket a packet belongs to, for a UDP socket. */
export interface DatagramFlow {
  /** struct flow_key */
  key: Buffer;
  cookie: number;
}

/** A reader of the map's entries; null for other protocols, and for other namespaces than this one. */
export function flowReader(btf: Btf, netns: number): (key: Buffer, value: Buffer) => DatagramFlow | null {
  const { get } = codecOf(btf, FLOW_KEY);
  return (key, value) => {
    const view = viewOf(key);
    if (get.protocol(view, 0) !== PROTOCOLS.udp || get.netns(view, 0) !== netns) return null;
    return { key: Buffer.from(key), cookie: readU64(viewOf(value), 0) };
  };
}
