import { u32, u64, u64Exact } from '../../native/fields.ts';
import { inner, shared } from './layout.ts';
import { PIECE } from './request.ts';

/** bpf/abi/plaintext.h, which says what each member means. */

export const TEXT_PIECE = shared('text_piece', {
  piece: inner(PIECE),
  session: u64Exact,
  since_ns: u64,
  pid: u32,
  uid: u32,
});

export const TEXT_COUNT = shared('text_count', { ring_full: u64, calls_full: u64 });

export const CALL_KEY = shared('call_key', { actor: u64Exact, direction: u32, process: u32 });
