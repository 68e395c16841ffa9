import type { Words } from '../../abi/layout.ts';

/** Who a UDP socket talks to that is not connected to them. */
export interface FarEnd {
  /** struct far_end_key */
  key: Buffer;
  cookie: number;
  remote: Words;
  remotePort: number;
  openedNs: number;
}
