import type { Btf } from '../../../native/btf.ts';
import { viewOf } from '../../../native/fields.ts';
import { codecOf } from '../../abi/layout.ts';
import { USAGE, USAGE_KEY } from '../../abi/packet.ts';

/**
 * Bytes that a process moved through one socket by calls (UDP, ICMP, raw), since it was first seen; of a
 * TCP socket that several use, those before another process took over.
 */
export interface Usage {
  cookie: number;
  pid: number;
  protocol: number;
  /** Of a socket that goes by its address, see lifeOf; else 0, or not there in recordings of before it was. */
  life?: number;
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

/** What tells a socket that opened then from the next one at its address: as struct usage_key has it. */
export const lifeOf = (openedNs: number): number => Math.floor(openedNs / 2 ** 16) % 2 ** 16;

/** A decoder of struct usage_key and struct usage. */
export function usageReader(btf: Btf): (key: Buffer, value: Buffer) => Usage {
  const { get: inKey } = codecOf(btf, USAGE_KEY);
  const { get: inValue } = codecOf(btf, USAGE);
  return (key, value) => {
    const [keyView, view] = [viewOf(key), viewOf(value)];
    return {
      cookie: inKey.cookie(keyView, 0),
      pid: inKey.pid(keyView, 0),
      protocol: inKey.protocol(keyView, 0),
      life: inKey.life(keyView, 0),
      rxBytes: inValue.rx_bytes(view, 0),
      txBytes: inValue.tx_bytes(view, 0),
      rxFarBytes: inValue.rx_far_bytes(view, 0),
      txFarBytes: inValue.tx_far_bytes(view, 0),
      startNs: inValue.start_ns(view, 0),
      uid: inValue.uid(view, 0),
      receives: inValue.receives(view, 0),
      sends: inValue.sends(view, 0),
      comm: inValue.comm(view, 0),
    };
  };
}
