import type { Btf } from '../../../native/btf.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import { offsets } from './layout.ts';

/** An entry of the map that tells which socket a packet belongs to, for a UDP socket. */
export interface DatagramFlow {
  /** struct flow_key */
  key: Buffer;
  cookie: number;
}

/** A reader of the map's entries; null for other protocols, and for other namespaces than this one. */
export function flowReader(btf: Btf, netns: number): (key: Buffer, value: Buffer) => DatagramFlow | null {
  const at = offsets(btf, 'flow_key', { netns: 4, protocol: 4 });
  return (key, value) => {
    if (key.readUInt32LE(at.protocol) !== PROTOCOLS.udp || key.readUInt32LE(at.netns) !== netns) return null;
    return { key: Buffer.from(key), cookie: Number(value.readBigUInt64LE()) };
  };
}
