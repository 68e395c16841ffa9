import { address, u64 } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/syn.h, which says what each member means. */

export const SYN_SOURCE = shared('syn_source', { listener: u64, address });

export const SYN_TOTAL = shared('syn_total', { syns: u64, rest: u64 });
