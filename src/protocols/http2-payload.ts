import { Frame, type Http2Frame } from './http2-frames.ts';

const PADDED = 0x8;
const PRIORITY = 0x20;

/** A header block's beginning, without padding, priority and promised stream; null where it is not whole. */
export function blockOf({ type, flags, payload }: Http2Frame): Uint8Array | null {
  if (payload === null) return null;
  const padding = flags & PADDED ? (payload[0] ?? 0) : 0;
  const skip = (flags & PADDED ? 1 : 0) + (type === Frame.push ? 4 : flags & PRIORITY ? 5 : 0);
  return skip + padding > payload.length ? null : payload.subarray(skip, payload.length - padding);
}
