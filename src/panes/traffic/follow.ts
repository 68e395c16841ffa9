import { NO_NAMES } from '../../model/names.ts';
import { between } from '../flow-filter.ts';
import type { Followed } from '../pane.ts';
import { labelOf } from './label.ts';
import type { TrafficRow } from './row.ts';

/** The packets of a row. */
export function followTraffic(row: TrafficRow | undefined): Followed {
  const filter = row === undefined || row.isOther ? null : filterOf(row);
  if (!row || filter === null) return { message: 'no traffic to follow' };
  return { filter, flow: labelOf(row, Number.POSITIVE_INFINITY, NO_NAMES) };
}

const FILTERED = ['tcp', 'udp', 'icmp', 'icmp6'];

/** null: the grammar has no term for it. */
function filterOf(row: TrafficRow): string | null {
  const { by, localAddress, localPort, remoteAddress, remotePort, protocol, network, pid } = row;
  const ofProtocol = FILTERED.includes(protocol) ? protocol : '';
  switch (by) {
    case 'flow':
    case 'pair':
      if (localAddress === '') return null;
      return between(
        ofProtocol,
        { address: localAddress, port: localPort ?? 0 },
        { address: remoteAddress, port: remotePort ?? 0 },
      );
    case 'host':
      return remoteAddress && `host ${remoteAddress}`;
    case 'network':
      return network && `net ${network}`;
    case 'port':
      return remotePort === null ? ofProtocol || null : `${ofProtocol} port ${remotePort}`.trim();
    case 'protocol':
      return ofProtocol || null;
    case 'interface':
      return row.interface && `iface ${row.interface}`;
    case 'process':
      return pid === null ? null : `pid ${pid}`;
  }
}
