import { STATUS } from '../../abi/packet.ts';
import type { Drop } from '../../capture/ledger/drop-ledger.ts';
import type { LastDrop } from '../../capture/records/drop-record.ts';
import { flagNames, protocolName } from '../../capture/records/packet-headers.ts';
import { formatAddress } from '../../filter/address.ts';
import type { Subject } from '../../filter/terms.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { DroppedPacket, DropRow } from '../../panes/drops/row.ts';
import type { Names } from '../trace/packet-rows.ts';
import { lossRow } from './loss-rows.ts';

const ARP = 0x0806;

/** What a row needs that the kernel did not count. */
export type DropRowNames = Pick<Names, 'epochUs' | 'interface' | 'netns' | 'process' | 'reason' | 'place'>;

/** Without what is found out about it. */
export function dropRow(drop: Drop, names: DropRowNames, nowNs: number): DropRow {
  if (drop.loss) return lossRow(drop, drop.loss, names, nowNs);
  const { id, netns, pid, perSecond, history, counted, last } = drop;
  return {
    key: id,
    countedBy: 'packet',
    isLoss: true,
    finding: null,
    rule: null,
    reason: names.reason(drop.reason),
    place: names.place(drop.place),
    interface: names.interface(drop.interface, netns),
    netns: netns || null,
    netnsName: names.netns(netns),
    pid: pid || null,
    process: processOf(drop, names),
    perSecond,
    count: counted.count,
    bytes: counted.bytes,
    history,
    last: last && droppedPacket(last, names.epochUs, nowNs),
  };
}

function droppedPacket(last: LastDrop, epochUs: number, nowNs: number): DroppedPacket {
  const isIp = last.family !== 0 && !(last.status & STATUS.hidden);
  const hasPorts =
    isIp &&
    !(last.status & (STATUS.partial | STATUS.fragment)) &&
    (last.protocol === PROTOCOLS.tcp || last.protocol === PROTOCOLS.udp);
  const isTcp = hasPorts && last.protocol === PROTOCOLS.tcp;
  return {
    timeUs: Math.floor(epochUs + last.atNs / 1000),
    ageSeconds: Math.max(0, nowNs - last.atNs) / 1e9,
    protocol: isIp ? protocolName(last.protocol) : last.family === 0 ? etherName(last.etherType) : '',
    source: isIp ? formatAddress(last.source) : '',
    destination: isIp ? formatAddress(last.destination) : '',
    sourcePort: hasPorts ? last.sourcePort : null,
    destinationPort: hasPorts ? last.destinationPort : null,
    sequence: isTcp ? last.sequence : null,
    acknowledgment: isTcp ? last.acknowledgment : null,
    flags: isTcp ? flagNames(last.tcpFlags) : [],
    length: last.length,
  };
}

function etherName(type: number): string {
  return type === ARP ? 'arp' : `ether-${type.toString(16).padStart(4, '0')}`;
}

function processOf({ pid, last }: Drop, names: DropRowNames): string | null {
  return pid ? names.process(pid, last?.cookie ?? 0) : null;
}

/** The newest packet as a filter sees it; where it is not known only what all have in common. */
export function dropSubject(drop: Drop, names: DropRowNames): Subject {
  const { last } = drop;
  const common = {
    netns: drop.netns,
    pid: drop.pid,
    process: processOf(drop, names),
    interface: names.interface(drop.interface, drop.netns),
    dropped: true,
    reason: drop.reason,
  };
  if (!last) return common;
  const { protocol, source, destination, sourcePort, destinationPort, length, icmpId } = last;
  const family = last.family === 4 ? 4 : last.family === 6 ? 6 : undefined;
  const ends = { source, destination, sourcePort, destinationPort };
  return { ...common, ...ends, protocol, family, length, icmpId, flags: last.tcpFlags };
}
