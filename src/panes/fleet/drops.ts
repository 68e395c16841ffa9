import type { FleetSpec } from './spec.ts';

export const drops: FleetSpec = {
  pane: 'fleet-drops',
  title: 'Drops',
  type: 'fleetDrop',
  rows: 'drops',
  rowsOf: 'drops of hosts',
  about: 'dropped packets by reason and machine',
  empty: 'nothing was dropped anywhere',
  share: 4,
  slot: 'packets',
  labels: [
    {
      name: 'reason',
      title: 'REASON',
      about: 'why, by the name that the kernel there has; `other`: those that have no series of their own',
    },
  ],
  over: 'reason',
  metric: 'nettop_dropped_packets_total',
  above: 'packets',
  figures: [
    {
      id: 'drops',
      title: 'DROPS/s',
      label: 'drops',
      field: 'packetsPerSecond',
      about: 'packets, over the window of rates',
      unit: 'perSecond',
      priority: 1,
      metric: 'nettop_dropped_packets_total',
      kind: 'rate',
      tone: 'bad',
    },
    {
      id: 'packets',
      title: 'PACKETS',
      label: 'packets',
      field: 'packets',
      about: 'since `nettop serve` started there',
      unit: 'count',
      priority: 2,
      metric: 'nettop_dropped_packets_total',
      kind: 'now',
    },
  ],
};
