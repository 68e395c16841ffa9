import { sanitize } from '../text/text.ts';

/** Something that a feed told, or that was asked of it: when, what, and its bytes. */
export interface Entry {
  /** Monotonic, ns. */
  atNs: number;
  kind: string;
  /** A record as the kernel wrote it, or JSON. */
  bytes: Uint8Array;
  /** Of traced packets: bytes of a record. They begin at a multiple of 4. */
  stride?: number;
  /** Where the bytes are made when they are asked for: how many they will be. */
  readonly size?: number;
}

export const sizeOf = ({ size, bytes }: Entry): number => size ?? bytes.length;

/** A plain value; addresses are bigints. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_, member) =>
    typeof member === 'bigint' ? { address: member.toString(16) } : member,
  );
}

export function fromJson<T>(bytes: Uint8Array): T {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  if (!text.includes('"address"')) return JSON.parse(text); // a reviver costs five times as much
  return JSON.parse(text, (_, member) =>
    typeof member?.address === 'string' && Object.keys(member).length === 1
      ? BigInt(`0x${member.address}`)
      : member,
  );
}

/**
 * Characters that no name has that was made safe to print, as JSON has them: control characters, or marks of order. What
 * files of the machine say is asked for too, and has lines.
 */
const UNSAFE =
  /(?<!\\)(?:\\\\)*\\(?:[bfr]|u00(?:0[0-8b-f]|1|7f|[89])|u20(?:0[b-f]|2[a-e]|6[6-9]))|[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/iu;

/** The same of names, which are safe to print where nettop wrote them down: a recording may come from anywhere. */
export function namesFromJson<T>(bytes: Uint8Array): T {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  if (!UNSAFE.test(text)) return fromJson(bytes);
  return safe(fromJson(bytes)) as T;
}

function safe(value: unknown): unknown {
  if (typeof value === 'string') return sanitize(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(safe);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, safe(member)]));
}
