import { formatAddress, isMapped } from '../filter/address.ts';
import { prefixMask, type Words } from '../filter/words.ts';

/** Leading bits of an address that a network is told by: of IPv4 up to 32, of IPv6 up to 128. */
export interface PrefixLengths {
  ip: number;
  ip6: number;
}

/** What is usually one site: most IPv4 networks are cut so, and an IPv6 link has these (RFC 4291 section 2.5.1). */
export const USUAL_PREFIXES: PrefixLengths = { ip: 24, ip6: 64 };

/** First address of the network that an address is in. */
export function networkWords(address: Words, lengths: PrefixLengths): [number, number, number, number] {
  const bits = isMapped(address) ? 96 + lengths.ip : lengths.ip6;
  const word = (index: number): number => ((address[index] ?? 0) & prefixMask(bits, index)) >>> 0;
  return [word(0), word(1), word(2), word(3)];
}

/** The same as filters write it: 10.1.2.0/24, 2001:db8::/64. */
export function networkName(address: Words, lengths: PrefixLengths): string {
  const length = isMapped(address) ? lengths.ip : lengths.ip6;
  return `${formatAddress(networkWords(address, lengths))}/${length}`;
}
