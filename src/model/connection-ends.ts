import { PROTOCOLS } from '../filter/words.ts';
import { formatEndpoint } from '../text/format.ts';
import { cutStart } from '../text/text.ts';
import type { ConnectionRow } from './connection.ts';
import { formatAsked, hostName, type Names, NO_NAMES, nameEndpoint } from './names.ts';

type Bound = Pick<ConnectionRow, 'interface'>;

/** fe80::/10 (RFC 4291), or multicast that stays on its link, ff02::/16. */
const LINK_LOCAL = /^(fe[89ab].|ff.2):/;

/** "%eth0" where the socket is bound to that interface: as ss writes it, and for link-local addresses RFC 4007. */
export function localZone(row: Bound): string {
  return row.interface === null ? '' : `%${row.interface}`;
}

/** The same for the far end, whose address means something on that link alone. */
export function remoteZone(row: Bound & Pick<ConnectionRow, 'remoteAddress'>): string {
  return LINK_LOCAL.test(row.remoteAddress) ? localZone(row) : '';
}

/** include/uapi/linux/if_ether.h */
const ETHERTYPES = new Map([
  [0, 'none'],
  [3, 'all'],
  [0x800, 'ip'],
  [0x806, 'arp'],
  [0x86dd, 'ip6'],
  [0x888e, 'eapol'],
  [0x88cc, 'lldp'],
]);
const PROTOCOL_NAMES = new Map<number, string>(
  Object.entries(PROTOCOLS).map(([name, number]) => [number, name]),
);
const UNSPECIFIED = new Set(['0.0.0.0', '::']);

type Kind = Pick<ConnectionRow, 'protocol' | 'ipProtocol' | 'ethertype'>;

/** Whether it receives from anybody. */
export function isAnybody({ protocol, remoteAddress, remotePort }: ConnectionRow): boolean {
  return protocol === 'raw' ? UNSPECIFIED.has(remoteAddress) : remotePort === 0;
}

/** What stands in the place of a port, as ss writes it: of raw sockets the IP protocol; null: a port. */
export function portless({ protocol, ipProtocol, ethertype }: Kind): string | null {
  if (ethertype !== null) return ETHERTYPES.get(ethertype) ?? `0x${ethertype.toString(16).padStart(4, '0')}`;
  if (protocol !== 'raw' || ipProtocol === null) return null;
  return PROTOCOL_NAMES.get(ipProtocol) ?? String(ipProtocol);
}

/** The socket's own address and port, in at most `cells` cells; of a packet socket its interface and ethertype. */
export function formatLocal(row: ConnectionRow, cells?: number, names: Names = NO_NAMES): string {
  if (row.ethertype !== null)
    return cutStart(`${row.interface ?? '*'}:${portless(row)}`, cells ?? Number.POSITIVE_INFINITY);
  return nameEnd(names, row, row.localAddress, row.localPort, cells, localZone(row));
}

/** Those of whom it talks to. */
export function formatFarEnd(row: ConnectionRow, cells?: number, names: Names = NO_NAMES): string {
  const asked = askedName(row, names);
  return nameEnd(names, row, row.remoteAddress, row.remotePort, cells, remoteZone(row), asked);
}

/** By which the far end was asked for, where names are shown. */
export function askedName({ remoteName, remoteNameSource }: ConnectionRow, { asked }: Names): string | null {
  if (!asked || remoteName === null || remoteNameSource === null) return null;
  return formatAsked({ name: remoteName, source: remoteNameSource });
}

function nameEnd(
  names: Names,
  row: ConnectionRow,
  address: string,
  port: number,
  cells: number | undefined,
  zone: string,
  asked: string | null = null,
): string {
  const instead = portless(row);
  if (instead === null) return nameEndpoint(names, row.protocol, address, port, cells, zone, asked);
  return formatEndpoint(asked ?? hostName(names, address) ?? address + zone, instead, cells);
}
