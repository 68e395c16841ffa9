import { NO_NAMES } from '../../model/names.ts';
import { beside, type PaneCommand, type Table } from '../command.ts';
import { asText } from '../text-column.ts';
import { trafficTables } from './columns.ts';
import { labelOf } from './label.ts';
import { trafficNotCountedRecord, trafficRecord } from './record.ts';
import { TRAFFIC_GROUPINGS, type TrafficGrouping, type TrafficRow } from './row.ts';
import { notCountedText } from './title.ts';

/** Cells of the label, where rows do not need more. */
const LABEL_CELLS: Readonly<Record<TrafficGrouping, number>> = {
  flow: 46,
  pair: 33,
  host: 20,
  network: 20,
  port: 12,
  protocol: 10,
  interface: 10,
  process: 24,
};

function tableBy(by: TrafficGrouping): Table<TrafficRow> {
  const of = asText(trafficTables[by].columns);
  return {
    record: trafficRecord,
    columns: [
      of('what', LABEL_CELLS[by], { cell: (row) => labelOf(row, Number.POSITIVE_INFINITY, NO_NAMES) }),
      ...(by === 'flow' ? [of('process', 16)] : []),
      of('rxRate', 9),
      of('txRate', 9),
      of('rate10', 9),
      of('rate40', 9),
      of('peak', 9),
      of('rxBytes', 8),
      of('txBytes', 8),
      of('rxPackets', 8, { cell: ({ rxPackets }) => String(rxPackets) }),
      of('txPackets', 8, { cell: ({ txPackets }) => String(txPackets) }),
    ],
    asked: { group: by },
    beside({ traffic }) {
      const packets = traffic?.notCounted ?? 0;
      return packets === 0 ? null : [beside(trafficNotCountedRecord, packets, [notCountedText(packets)])];
    },
  };
}

/** What passes the devices, once an interval. */
export const command: PaneCommand<TrafficRow> = {
  about: 'what passes the devices, by flow, hosts, network, port, protocol, interface or process',
  examples: ['traffic --by host', 'traffic --by pair --json -I eth0', 'traffic --by network --prefix 16'],
  flags: ['prefix', 'bits', 'iec'],
  records: [trafficRecord, trafficNotCountedRecord],
  table: tableBy('flow'),
  by: Object.fromEntries(TRAFFIC_GROUPINGS.map((by) => [by, tableBy(by)])),
};
