import { PROTOCOLS } from '../../filter/words.ts';
import { formatFarEnd, formatLocal } from '../../model/connection-ends.ts';
import type { ConnectionGroup } from '../../model/connection-group.ts';
import type { ConnectionRow } from '../../model/model.ts';
import { between } from '../flow-filter.ts';
import type { Followed } from '../pane.ts';

/** A connection's packets, or a UDP flow's, in its network namespace. What is not bound to an end leaves it out. */
export function socketFilter(row: ConnectionRow): string {
  const isEcho = row.protocol.startsWith('icmp'); // its port is the identifier
  const local = { address: row.localAddress, port: isEcho ? 0 : row.localPort };
  const remote = { address: row.remoteAddress, port: isEcho ? 0 : row.remotePort };
  const flow = between(protocolTerm(row), local, remote);
  const number = isEcho && row.localPort > 0 ? `icmpid ${row.localPort}` : '';
  const netns = row.netns === null ? '' : `netns ${row.netns}`;
  return [flow, number, netns].filter((term) => term !== '').join(' and ');
}

/** None for a socket that sends packets of any protocol. */
function protocolTerm({ protocol, ipProtocol }: ConnectionRow): string {
  if (Object.hasOwn(PROTOCOLS, protocol)) return protocol;
  return ipProtocol === null || ipProtocol === IPPROTO_RAW ? '' : `proto ${ipProtocol} and`;
}

/** include/uapi/linux/in.h: whoever sends writes the header. */
const IPPROTO_RAW = 255;

/** The packets of a connection. */
export function followConnection(row: ConnectionRow | undefined): Followed {
  if (!row) return { message: 'no connection to follow' };
  if (row.group) return followGroup(row.group);
  return {
    filter: socketFilter(row),
    flow: `${row.protocol} ${formatLocal(row)} → ${formatFarEnd(row)}`,
  };
}

/** The packets of all its connections, and of others that are alike: those between the same ends to come. */
function followGroup({ by, name, filter }: ConnectionGroup): Followed {
  if (filter === null)
    return { message: `no filter tells the packets of this ${by}: Enter lists its connections` };
  return { filter, flow: `${by} ${name}` };
}
