import { address, u16, u32, u64 } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/flood.h, which says what each member means. */

/** enum flood_kind. */
export const FLOOD_KIND = { datagrams: 0, messages: 1, fragments: 2, resets: 3, kinds: 4 } as const;

export const FLOOD_KEY = shared('flood_key', { network: address, netns: u32, port: u16, kind: u16 });

export const FLOOD = shared('flood', { packets: u64, bytes: u64 });
