import type { ConnectionRow } from './connection-row.ts';
import { type Names, NO_NAMES, nameEndpoint } from './names.ts';

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

/** The socket's own address and port, in at most `cells` cells. */
export function formatLocal(row: ConnectionRow, cells?: number, names: Names = NO_NAMES): string {
  return nameEndpoint(names, row.protocol, row.localAddress, row.localPort, cells, localZone(row));
}

/** Those of whom it talks to. */
export function formatFarEnd(row: ConnectionRow, cells?: number, names: Names = NO_NAMES): string {
  return nameEndpoint(names, row.protocol, row.remoteAddress, row.remotePort, cells, remoteZone(row));
}
