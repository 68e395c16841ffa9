import type { Grouping, ProcessRow } from '../../model/model.ts';
import { beside, type PaneCommand, type Table } from '../command.ts';
import { asText } from '../text-column.ts';
import { processTables, processes as shown } from './columns.ts';
import { processGroupRecord } from './group-record.ts';
import { processRecord } from './record.ts';
import { interfaceRecord, packetsNotCountedRecord } from './wire-record.ts';
import { interfaceText, lostText } from './wire-text.ts';

const of = asText(shown.columns);

const traffic = [
  of('connections', 5, { cell: ({ connections }) => String(connections) }),
  of('rxRate', 9),
  of('txRate', 9),
  of('rxBytes', 8),
  of('txBytes', 8),
];

const columns = [of('pid', 7), of('user', 10), of('process', 16), ...traffic];

const wireColumns = [of('wireRxRate', 9), of('wireTxRate', 9), of('wireRxBytes', 8), of('wireTxBytes', 8)];

const table: Table<ProcessRow> = {
  record: processRecord,
  columns,
  wireColumns,
  beside({ status: { wire } }, units) {
    if (!wire) return null;
    const { interfaces, lostPackets } = wire;
    const lost = beside(packetsNotCountedRecord, wire, [lostText(lostPackets)]);
    return [
      ...interfaces.map((row) => beside(interfaceRecord, row, [interfaceText(row, units)])),
      ...(lostPackets > 0 ? [lost] : []),
    ];
  },
  isSpaced: true,
};

function grouped(group: Exclude<Grouping, 'process'>): Table<ProcessRow> {
  const ofGroup = asText(processTables[group].columns);
  const whose = group === 'tree' ? [ofGroup('pid', 7), ofGroup('user', 10)] : [];
  return {
    ...table,
    record: processGroupRecord,
    columns: [...whose, ofGroup('process', 24), ofGroup('processes', 6), ...traffic],
    asked: { group },
  };
}

export const command: PaneCommand<ProcessRow> = {
  about: 'bytes by process',
  examples: ['processes --duration 10s', 'processes --json --wire -c 1', 'processes --by container'],
  flags: ['wire', 'bits', 'iec'],
  records: [processRecord, processGroupRecord, interfaceRecord, packetsNotCountedRecord],
  table,
  by: {
    container: grouped('container'),
    unit: grouped('unit'),
    user: grouped('user'),
    parent: grouped('tree'),
    name: grouped('name'),
  },
};
