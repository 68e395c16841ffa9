import { networkInterfaces } from 'node:os';
import { readLinks } from '../../native/links.ts';
import { formatAddress, parseAddress } from '../filter/address.ts';
import { prefixMask } from '../filter/words.ts';
import { upperDevices } from './outward.ts';

/** What is a network namespace's own. */
export interface OwnSide {
  addresses: readonly string[];
  /** Broadcast addresses of its networks (IPv4). */
  broadcasts: readonly string[];
  /** Devices by number that lie on others: what passes them passes those too. */
  upper: readonly number[];
}

/** Of the calling thread's network namespace. */
export function readOwnSide(): OwnSide {
  const known = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return {
    addresses: known.map(({ address }) => address),
    broadcasts: known.flatMap(({ cidr }) => broadcastOf(cidr ?? '') ?? []),
    upper: [...upperDevices(readLinks())],
  };
}

/** Of a network such as 10.0.0.1/24; null: it has none. */
export function broadcastOf(cidr: string): string | null {
  const [address = '', bits] = cidr.split('/');
  const words = parseAddress(address);
  const length = Number(bits);
  if (words === null || address.includes(':') || !(length >= 0 && length <= 30)) return null;
  return formatAddress([words[0], words[1], words[2], (words[3] | ~prefixMask(length, 0)) >>> 0]);
}
