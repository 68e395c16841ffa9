import { gunzipSync, gzipSync } from 'node:zlib';

/** Something that a feed told, or that was asked of it: when, what, and its bytes. */
export interface Entry {
  /** Monotonic, ns. */
  atNs: number;
  kind: string;
  /** A record as the kernel wrote it, or JSON. */
  bytes: Uint8Array;
}

/** With the version: an entry is its time (f64), two lengths (u16, u32), its kind and its bytes. */
const BEGIN = Buffer.from('nettop feed 1\n');
const HEAD = 14;

export function encodeLog(entries: readonly Entry[]): Buffer {
  const pieces = entries.map(({ atNs, kind, bytes }) => {
    const head = Buffer.alloc(HEAD);
    head.writeDoubleLE(atNs, 0);
    head.writeUInt16LE(kind.length, 8);
    head.writeUInt32LE(bytes.length, 10);
    return Buffer.concat([head, Buffer.from(kind, 'latin1'), bytes]);
  });
  return gzipSync(Buffer.concat([BEGIN, ...pieces]), { level: 9 });
}

/** Throws an Error where it is no recorded feed, or one of another version. */
export function decodeLog(file: Uint8Array): Entry[] {
  const text = gunzipSync(file);
  if (!text.subarray(0, BEGIN.length).equals(BEGIN)) throw new Error('not a recorded feed of this version');
  const entries: Entry[] = [];
  for (let at = BEGIN.length; at < text.length; ) {
    const kindEnd = at + HEAD + text.readUInt16LE(at + 8);
    const end = kindEnd + text.readUInt32LE(at + 10);
    const kind = text.toString('latin1', at + HEAD, kindEnd);
    entries.push({ atNs: text.readDoubleLE(at), kind, bytes: text.subarray(kindEnd, end) });
    at = end;
  }
  return entries;
}

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
