import { u32 } from './bytes.ts';
import { Frame, type Http2Frame } from './http2-frames.ts';

const PADDED = 0x8;
const PRIORITY = 0x20;
const ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** A header block's beginning, without padding, priority and promised stream; null where it is not whole. */
export function blockOf({ type, flags, payload }: Http2Frame): Uint8Array | null {
  if (payload === null) return null;
  const padding = flags & PADDED ? (payload[0] ?? 0) : 0;
  const skip = (flags & PADDED ? 1 : 0) + (type === Frame.push ? 4 : flags & PRIORITY ? 5 : 0);
  return skip + padding > payload.length ? null : payload.subarray(skip, payload.length - padding);
}

/** Of a reset. */
export function errorOf({ payload }: Http2Frame): string | null {
  if (payload === null || payload.length < 4) return null;
  const code = u32(payload, 0);
  return ERRORS[code] ?? `error ${code}`;
}
