import { hostName, type Names, nameEndpoint, portName } from '../../model/names.ts';
import { cutMiddle } from '../../text/text.ts';
import type { TrafficKey, TrafficRow } from './row.ts';

const ARROW = ' ⇄ ';
const OTHER = 'other';

/** What a row is, in at most `cells` cells. */
export function labelOf(row: TrafficRow, cells: number, names: Names): string {
  const { by, protocol, network, pid, process, cause } = row;
  if (row.isOther) return OTHER;
  switch (by) {
    case 'flow':
      return row.localAddress === ''
        ? protocol
        : `${protocol} ${ends(row, cells - protocol.length - 1, names)}`;
    case 'pair':
      return row.localAddress === '' ? '-' : ends(row, cells, names);
    case 'host':
      return end(row.remoteAddress, null, row, cells, names);
    case 'network':
      return network ?? '-';
    case 'port':
      return row.remotePort === null ? protocol : `${protocol} ${portName(names, protocol, row.remotePort)}`;
    case 'protocol':
      return protocol;
    case 'interface':
      return row.netnsName === null ? (row.interface ?? '-') : `${row.interface} (${row.netnsName})`;
    case 'process':
      return pid === null ? (cause ?? '-') : cutMiddle(`${process ?? '?'} (${pid})`, cells);
  }
}

function ends(row: TrafficKey, cells: number, names: Names): string {
  const room = Math.floor((cells - ARROW.length) / 2);
  const local = end(row.localAddress, row.localPort, row, room, names);
  const remote = end(row.remoteAddress, row.remotePort, row, cells - ARROW.length - local.length, names);
  return `${local}${ARROW}${remote}`;
}

function end(
  address: string,
  port: number | null,
  { protocol }: Pick<TrafficKey, 'protocol'>,
  cells: number,
  names: Names,
): string {
  if (address === '') return '-';
  if (port !== null) return nameEndpoint(names, protocol, address, port, cells);
  return cutMiddle(hostName(names, address, cells) ?? address, cells);
}
