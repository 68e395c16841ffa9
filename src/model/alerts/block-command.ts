import { parseAddress } from '../../filter/address.ts';
import type { AlertPlace } from './alert.ts';
import { quoted, within } from './command-text.ts';

const PREFIX = /^(.+)\/(\d{1,3})$/;

/** What drops packets from an address or a network for ten minutes; null: it is none, or its namespace has no name. */
export function blocked(source: string, place: AlertPlace, ownNetns: number): string | null {
  const [, network = source, bits] = PREFIX.exec(source) ?? [];
  if (parseAddress(network) === null || Number(bits ?? 0) > 128) return null;
  const [type, word, set] = network.includes(':')
    ? ['ipv6_addr', 'ip6', 'block6']
    : ['ipv4_addr', 'ip', 'block4'];
  const script = [
    'add table inet nettop',
    `add set inet nettop ${set} { type ${type}; flags interval, timeout; }`,
    'add chain inet nettop input { type filter hook input priority -10; }',
    `add rule inet nettop input ${word} saddr @${set} drop`,
    `add element inet nettop ${set} { ${source} timeout 10m }`,
  ].join('; ');
  return within(place, ownNetns, `nft ${quoted(script)}`);
}
