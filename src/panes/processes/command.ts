import type { ProcessRow } from '../../model/model.ts';
import { beside, type PaneCommand } from '../command.ts';
import { asText } from '../text-column.ts';
import { processes as table } from './columns.ts';
import { processRecord } from './record.ts';
import { interfaceRecord, packetsNotCountedRecord } from './traffic-record.ts';
import { interfaceText, lostText } from './traffic-text.ts';

const of = asText(table.columns);

const columns = [
  of('pid', 7),
  of('user', 10),
  of('process', 16),
  of('connections', 5, { cell: ({ connections }) => String(connections) }),
  of('rxRate', 9),
  of('txRate', 9),
  of('rxBytes', 8),
  of('txBytes', 8),
];

const wireColumns = [of('wireRxRate', 9), of('wireTxRate', 9), of('wireRxBytes', 8), of('wireTxBytes', 8)];

export const command: PaneCommand<ProcessRow> = {
  about: 'bytes by process',
  examples: ['processes --duration 10s', 'processes --json --wire -c 1'],
  flags: ['wire'],
  records: [processRecord, interfaceRecord, packetsNotCountedRecord],
  table: {
    record: processRecord,
    columns,
    wireColumns,
    beside({ status: { wire } }) {
      if (!wire) return null;
      const { interfaces, lostPackets } = wire;
      const lost = beside(packetsNotCountedRecord, wire, [lostText(lostPackets)]);
      return [
        ...interfaces.map((row) => beside(interfaceRecord, row, [interfaceText(row)])),
        ...(lostPackets > 0 ? [lost] : []),
      ];
    },
    isSpaced: true,
  },
};
