import { sumOf, writeChecksum } from './checksum.ts';
import { replaceMac } from './hosts.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { hideTransport, type Inside } from './transport.ts';

const ETHERTYPE = { ip: 0x0800, arp: 0x0806, ip6: 0x86dd, tag: 0x8100, outerTag: 0x88a8 } as const;
const ETHERNET = 14;
const TAG = 4;
const ARP = 28;
const V4 = 20;
const V6 = 40;
const EXTENSION = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;
const NO_OPERATION = 1;
const NOTHING = new Uint8Array(0);

/**
 * A packet's first bytes with other addresses in them, quoted and inner headers too. What follows the headers, and
 * what of them is not understood, is cut off.
 */
export function hideFrame(bytes: Uint8Array, hasLink: boolean, pseudonyms: Pseudonyms): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const kept = hasLink ? hideEthernet(copy, pseudonyms) : hideIp(copy, pseudonyms);
  return copy.subarray(0, kept);
}

/** Each of these changes the bytes in their place and returns how many of them stay. */
function hideEthernet(bytes: Uint8Array, pseudonyms: Pseudonyms): number {
  if (bytes.length < ETHERNET) return 0;
  replaceMac(bytes.subarray(0, 6), pseudonyms);
  replaceMac(bytes.subarray(6, 12), pseudonyms);
  let at = 12;
  while (isTag(word(bytes, at)) && at + TAG + 2 <= bytes.length) at += TAG;
  const rest = bytes.subarray(at + 2);
  const type = word(bytes, at);
  if (type === ETHERTYPE.arp) return at + 2 + hideArp(rest, pseudonyms);
  return at + 2 + (type === ETHERTYPE.ip || type === ETHERTYPE.ip6 ? hideIp(rest, pseudonyms) : 0);
}

const isTag = (type: number): boolean => type === ETHERTYPE.tag || type === ETHERTYPE.outerTag;
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Of Ethernet and IPv4 alone. */
function hideArp(bytes: Uint8Array, pseudonyms: Pseudonyms): number {
  if (bytes.length < ARP || bytes[4] !== 6 || bytes[5] !== 4) return Math.min(bytes.length, 8);
  replaceMac(bytes.subarray(8, 14), pseudonyms);
  pseudonyms.replace(bytes.subarray(14, 18));
  replaceMac(bytes.subarray(18, 24), pseudonyms);
  pseudonyms.replace(bytes.subarray(24, ARP));
  return ARP;
}

const inside: Inside = { ethernet: hideEthernet, ip: hideIp };

function hideIp(bytes: Uint8Array, pseudonyms: Pseudonyms): number {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && bytes.length >= V4) return hideV4(bytes, pseudonyms);
  return version === 6 && bytes.length >= V6 ? hideV6(bytes, pseudonyms) : 0;
}

/** A checksum that was right is so again; one that was not yet, or never, is 0. */
function hideV4(bytes: Uint8Array, pseudonyms: Pseudonyms): number {
  const length = Math.max(V4, ((bytes[0] ?? 0) & 15) * 4);
  if (length > bytes.length) return 0;
  const header = bytes.subarray(0, length);
  const wasRight = sumOf(header) === 0xffff;
  pseudonyms.replace(bytes.subarray(12, 16));
  pseudonyms.replace(bytes.subarray(16, V4));
  bytes.fill(NO_OPERATION, V4, length); // options may have the addresses on the way
  if (wasRight) writeChecksum(header, 10);
  else bytes.fill(0, 10, 12);
  const isFirst = (word(bytes, 6) & 0x1fff) === 0;
  if (!isFirst) return length;
  const rest = bytes.subarray(length, Math.max(length, word(bytes, 2)));
  const size = word(bytes, 2) - length;
  return length + hideTransport(bytes[9] ?? 0, rest, { pseudonyms, inside, ends: NOTHING, size });
}

function hideV6(bytes: Uint8Array, pseudonyms: Pseudonyms): number {
  const ends = bytes.subarray(8, V6);
  pseudonyms.replace(bytes.subarray(8, 24));
  pseudonyms.replace(bytes.subarray(24, V6));
  const end = Math.min(bytes.length, V6 + word(bytes, 4));
  let next = bytes[6] ?? 0;
  let at = V6;
  for (;;) {
    const extension = bytes.subarray(at, end);
    const length = extensionLength(next, extension);
    if (length === null) break;
    if (length > extension.length) return at;
    if (!hideExtension(next, extension.subarray(0, length), pseudonyms)) return at + length;
    next = extension[0] ?? 0;
    at += length;
  }
  const size = V6 + word(bytes, 4) - at;
  return at + hideTransport(next, bytes.subarray(at, end), { pseudonyms, inside, ends, size });
}

/** null: it is no extension. */
function extensionLength(next: number, [, length = 0]: Uint8Array): number | null {
  if (next === EXTENSION.fragment) return 8;
  if (next === EXTENSION.authentication) return (length + 2) * 4;
  const isOther = next === EXTENSION.hopByHop || next === EXTENSION.routing || next === EXTENSION.destination;
  return isOther ? (length + 1) * 8 : null;
}

/** False: nothing that can be read follows. Options, and the way that a packet is to take, become padding. */
function hideExtension(next: number, bytes: Uint8Array, pseudonyms: Pseudonyms): boolean {
  if (next === EXTENSION.fragment) return (word(bytes, 2) & 0xfff8) === 0;
  if (next === EXTENSION.routing) {
    const isOfAddresses = [0, 2, 4].includes(bytes[2] ?? 0) && (bytes.length - 8) % 16 === 0;
    if (isOfAddresses)
      for (let at = 8; at < bytes.length; at += 16) pseudonyms.replace(bytes.subarray(at, at + 16));
    else bytes.fill(0, 4);
  } else bytes.fill(0, next === EXTENSION.authentication ? 12 : 2);
  return true;
}
