import type { Machine } from '../../machine/machine.ts';
import type { TrafficGrouping, TrafficRow } from '../../panes/traffic/row.ts';
import { sanitize } from '../../text/text.ts';
import type { ProcessNames } from '../processes/process-names.ts';
import type { Group, TrafficGroups } from './traffic-groups.ts';

export interface TrafficNames {
  processes: Pick<ProcessNames, 'get'>;
  machine: Pick<Machine, 'interfaceName' | 'netnsName'>;
}

/** What a row is told against. */
export interface TrafficLook {
  by: TrafficGrouping;
  isKnown: boolean;
  groups: Pick<TrafficGroups, 'shortSeconds' | 'longSeconds' | 'busiest'>;
  logScale: boolean;
}

/** A group as a row. */
export function trafficRow(group: Group, names: TrafficNames, look: TrafficLook): TrafficRow {
  const { key } = group;
  const { shortSeconds, longSeconds } = look.groups;
  const known = (rate: number): number | null => (look.isKnown ? rate : null);
  const over = (bytes: number, seconds: number): number | null => (seconds === 0 ? null : bytes / seconds);
  const netns = key?.netns || null;
  return {
    key: group.id,
    by: look.by,
    isOther: key === null,
    isForwarded: group.isForwarded,
    flows: group.flows,
    localAddress: key?.localAddress ?? '',
    localPort: key?.localPort ?? null,
    remoteAddress: key?.remoteAddress ?? '',
    remotePort: key?.remotePort ?? null,
    network: key?.network ?? null,
    protocol: key?.protocol ?? '',
    interface: key?.device ? names.machine.interfaceName(key.device, key.netns) : null,
    ...processOf(group, names, look.by),
    cause: key?.cause ?? null,
    netns,
    netnsName: netns === null ? null : names.machine.netnsName(netns),
    rxPackets: group.rxPackets,
    rxBytes: group.rxBytes,
    txPackets: group.txPackets,
    txBytes: group.txBytes,
    rxRate: known(group.rxRate),
    txRate: known(group.txRate),
    rxPacketRate: known(group.rxPacketRate),
    txPacketRate: known(group.txPacketRate),
    rxRate10: over(group.rx10, shortSeconds),
    txRate10: over(group.tx10, shortSeconds),
    rxRate40: over(group.rx40, longSeconds),
    txRate40: over(group.tx40, longSeconds),
    peak: known(group.peak),
    share: shareOf(group.rate, look),
  };
}

/** Of a process, or of the socket of a flow. */
export function processOf({ owner }: Group, { processes }: TrafficNames, by: TrafficGrouping) {
  if (owner === null || (by !== 'process' && by !== 'flow')) return { pid: null, process: null };
  return { pid: owner.pid, process: processes.get(owner.pid, 0) ?? sanitize(owner.comm) };
}

function shareOf(rate: number, { groups: { busiest }, logScale }: TrafficLook): number {
  if (busiest <= 0) return 0;
  return logScale ? Math.log1p(rate) / Math.log1p(busiest) : rate / busiest;
}
