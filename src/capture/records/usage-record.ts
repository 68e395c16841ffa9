import type { Btf } from '../../../native/btf.ts';
import { offsets, readName, readU64 } from './layout.ts';

const KEY_SIZES = { cookie: 8, pid: 4, protocol: 4 };
const VALUE_SIZES = {
  rx_bytes: 8,
  tx_bytes: 8,
  rx_far_bytes: 8,
  tx_far_bytes: 8,
  start_ns: 8,
  uid: 4,
  receives: 1,
  sends: 1,
  comm: 16,
};

/**
 * Bytes that a process moved through one socket by calls (UDP, ICMP, raw), since it was first seen; of a
 * TCP socket that several use, those before another process took over.
 */
export interface Usage {
  cookie: number;
  pid: number;
  protocol: number;
  rxBytes: number;
  txBytes: number;
  /** Beside those: what is counted by its far end. */
  rxFarBytes: number;
  txFarBytes: number;
  startNs: number;
  uid: number;
  /** TCP: 1, where what follows is received, or sent, by this process. */
  receives: number;
  sends: number;
  /** As the process calls itself: not safe to print. */
  comm: string;
}

/** Whose it is. */
export type Identity = Pick<Usage, 'pid' | 'startNs' | 'uid' | 'comm'>;
export type PartUsage = Identity & Pick<Usage, 'cookie' | 'receives' | 'sends'>;

/** A decoder of struct usage_key and struct usage. */
export function usageReader(btf: Btf): (key: Buffer, value: Buffer) => Usage {
  const inKey = offsets(btf, 'usage_key', KEY_SIZES);
  const inValue = offsets(btf, 'usage', VALUE_SIZES);
  return (key, value) => {
    const keyView = new DataView(key.buffer, key.byteOffset, key.length);
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    return {
      cookie: readU64(keyView, inKey.cookie),
      pid: keyView.getUint32(inKey.pid, true),
      protocol: keyView.getUint32(inKey.protocol, true),
      rxBytes: readU64(view, inValue.rx_bytes),
      txBytes: readU64(view, inValue.tx_bytes),
      rxFarBytes: readU64(view, inValue.rx_far_bytes),
      txFarBytes: readU64(view, inValue.tx_far_bytes),
      startNs: readU64(view, inValue.start_ns),
      uid: view.getUint32(inValue.uid, true),
      receives: view.getUint8(inValue.receives),
      sends: view.getUint8(inValue.sends),
      comm: readName(view, inValue.comm, VALUE_SIZES.comm),
    };
  };
}
