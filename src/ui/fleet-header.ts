import type { FleetStatus } from '../model/fleet.ts';
import { formatCount, formatInterval } from '../text/format.ts';
import { type Segment, segment } from '../text/span.ts';

const hostsOf = (count: number): string => `${formatCount(count)} host${count === 1 ? '' : 's'}`;

/** The server, and how many machines it has. */
export function fleetSegments(fleet: FleetStatus, intervalMs: number): Segment[] {
  const { server, hosts, stale, window, refreshMs } = fleet;
  return [
    segment(4, server, 'accent'),
    ...(hosts === null ? [] : [segment(2, hostsOf(hosts))]),
    ...(stale > 0 ? [segment(1, `${formatCount(stale)} stale`, 'caution')] : []),
    segment(6, `rates over ${window}`, 'muted'),
    segment(8, `every ${formatInterval(intervalMs)}`, 'muted'),
    ...(refreshMs === null ? [] : [segment(9, `asked in ${Math.round(refreshMs)} ms`, 'muted')]),
  ];
}

/** What is wrong with all of them. */
export function fleetTroubles({ problem, alerts }: FleetStatus): Segment[] {
  return [
    ...(problem === null
      ? []
      : [{ ...segment(0, `! ${problem}`, 'bad'), short: segment(0, '! server', 'bad') }]),
    ...(alerts === null || alerts === 0
      ? [segment(3, 'no alerts', 'muted')]
      : [segment(0, `▲ ${formatCount(alerts)} alert${alerts === 1 ? '' : 's'}`, 'bad')]),
  ];
}
