import { failed, process, retransmits, totals, traffic } from './common.ts';
import type { FleetSpec } from './spec.ts';

export const processes: FleetSpec = {
  pane: 'fleet-processes',
  title: 'Processes',
  type: 'fleetProcess',
  rows: 'processes',
  rowsOf: 'processes of hosts',
  about: 'bytes by process and machine',
  empty: 'no process of any machine',
  share: 4,
  slot: 'processes',
  labels: [process],
  over: 'process',
  metric: 'nettop_process_receive_bytes_total',
  figures: [
    ...traffic('process_'),
    failed,
    retransmits('retransmits', 'RETR', 'segments sent again, over the window of rates'),
    ...totals('process_'),
  ],
};
