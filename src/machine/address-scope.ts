import { isMapped, parseAddress } from '../filter/address.ts';
import type { Words } from '../filter/words.ts';

/** Not globally reachable: the special-purpose address registries of IANA (RFC 6890), and multicast. */
const NOT_PUBLIC: readonly [network: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared by the customers of a provider, RFC 6598
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 9], // with fec0::/10, the site-local addresses of old
  ['ff00::', 8],
];

/** Networks in which an address carries an IPv4 one, and the bit where that begins: NAT64 and 6to4. */
const CARRIERS: readonly [network: string, bits: number, at: number][] = [
  ['64:ff9b::', 96, 96],
  ['2002::', 16, 16],
];

/** Bits of an address in an IPv4-mapped one. */
const MAPPED_BITS = 96;

type Network = { words: Words; bits: number };

function network(text: string, bits: number): Network {
  const words = parseAddress(text);
  if (words === null) throw new Error(`${text} is no address`);
  return { words, bits: text.includes(':') ? bits : MAPPED_BITS + bits };
}

const notPublic = NOT_PUBLIC.map(([text, bits]) => network(text, bits));
const carriers = CARRIERS.map(([text, bits, at]) => ({ ...network(text, bits), at }));

function isIn(address: Words, { words, bits }: Network): boolean {
  return [0, 1, 2, 3].every((index) => {
    const wanted = Math.max(0, Math.min(32, bits - index * 32));
    const mask = wanted === 0 ? 0 : (0xffffffff << (32 - wanted)) >>> 0;
    return (((address[index] ?? 0) ^ (words[index] ?? 0)) & mask) === 0;
  });
}

/** The IPv4 address that begins at a bit, as an IPv4-mapped one. */
function carried(address: Words, at: number): Words {
  const index = at >>> 5;
  const shift = at & 31;
  const [first = 0, second = 0] = [address[index], address[index + 1]];
  const word = shift === 0 ? first : ((first << shift) | (second >>> (32 - shift))) >>> 0;
  return [0, 0, 0xffff, word];
}

/** Whether others than one's own network may know the address. */
export function isPublic(address: Words): boolean {
  if (notPublic.some((one) => isIn(address, one))) return false;
  const carrier = isMapped(address) ? undefined : carriers.find((one) => isIn(address, one));
  return carrier === undefined || isPublic(carried(address, carrier.at));
}

/** Whether it stands for no host at all. */
export function isUnspecified(address: Words): boolean {
  return address[0] === 0 && address[1] === 0 && address[3] === 0 && (address[2] === 0 || isMapped(address));
}
