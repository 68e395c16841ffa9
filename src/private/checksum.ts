/** The Internet checksum (RFC 1071) of bytes, and of a sum before them. */
export function sumOf(bytes: Uint8Array, sum = 0): number {
  let all = sum;
  for (let at = 0; at < bytes.length; at += 2) all += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (all > 0xffff) all = (all & 0xffff) + (all >>> 16);
  return all;
}

/** Writes the checksum of bytes, which has its place among them. */
export function writeChecksum(bytes: Uint8Array, at: number, before = 0): void {
  bytes.fill(0, at, at + 2);
  const checksum = ~sumOf(bytes, before) & 0xffff;
  bytes.set([checksum >> 8, checksum & 0xff], at);
}
