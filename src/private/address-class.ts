import { isMapped, parseAddress } from '../filter/address.ts';
import { prefixMask, type Words } from '../filter/words.ts';

/** Addresses of one kind. */
export interface AddressClass {
  words: Words;
  bits: number;
  /** So many of their leading bits say that they are of it. */
  kept: number;
  /** So many, and a pseudonym has never the same: those of a network, or where that is kept the whole address. */
  changed: number;
}

const ALL_V4 = 32;
const ALL_V6 = 128;

/** The first that an address is in is its own. A /24, or a /64, lies in one: what is finer stands for no network. */
const CLASSES: readonly [network: string, bits: number, kept: number][] = [
  ['0.0.0.0', ALL_V4, ALL_V4],
  ['255.255.255.255', ALL_V4, ALL_V4],
  ['224.0.0.0', 24, ALL_V4], // groups of the link, which all hosts know
  ['192.0.0.0', 24, 24],
  ['192.0.2.0', 24, 24], // for documentation, RFC 5737
  ['198.51.100.0', 24, 24],
  ['203.0.113.0', 24, 24],
  ['169.254.0.0', 16, 16],
  ['192.168.0.0', 16, 16],
  ['198.18.0.0', 15, 15],
  ['172.16.0.0', 12, 12],
  ['100.64.0.0', 10, 10],
  ['0.0.0.0', 8, 8],
  ['10.0.0.0', 8, 8],
  ['127.0.0.0', 8, ALL_V4],
  ['224.0.0.0', 4, 8],
  ['240.0.0.0', 4, 4],
  ['0.0.0.0', 0, 0],
  ['::', ALL_V6, ALL_V6],
  ['::1', ALL_V6, ALL_V6],
  ...['ff01::', 'ff02::', 'ff05::', 'ff08::', 'ff0e::'].map(
    (scope): [string, number, number] => [scope, 112, ALL_V6], // such as all nodes, all routers
  ),
  ['ff02::1:ff00:0', 104, 104], // solicited nodes
  ['64:ff9b::', 96, 96],
  ['fe80::', 64, 64],
  ['fe80::', 10, 10],
  ['fc00::', 7, 8],
  ['ff00::', 8, 16],
  ['2001:db8::', 32, 32],
  ['2002::', 16, 16],
  ['2000::', 3, 3],
  ['::', 0, 8],
];

const MAPPED_BITS = 96;
const NETWORK_BITS = 64;
const V4_NETWORK_BITS = MAPPED_BITS + 24;
const ALL_BITS = 128;

const classes: readonly AddressClass[] = CLASSES.map(([network, bits, kept]) => {
  const words = parseAddress(network) ?? [0, 0, 0, 0];
  const [before, finest] = isMapped(words) ? [MAPPED_BITS, V4_NETWORK_BITS] : [0, NETWORK_BITS];
  const all = before + kept;
  return { words, bits: before + bits, kept: all, changed: all < finest ? finest : ALL_BITS };
});

/** What kind of address it is: loopback, private, multicast, of the whole Internet and so on. */
export function classOf(address: Words): AddressClass {
  return classes.find((one) => isIn(address, one)) as AddressClass; // the last takes all
}

function isIn(address: Words, { words, bits }: AddressClass): boolean {
  return [0, 1, 2, 3].every(
    (index) => (((address[index] ?? 0) ^ (words[index] ?? 0)) & prefixMask(bits, index)) === 0,
  );
}
