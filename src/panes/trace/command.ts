import type { TimeStyle } from '../../model/lines.ts';
import type { PacketRow } from '../../model/model.ts';
import type { TraceQuestion } from '../../model/panes.ts';
import { formatTimestamp } from '../../text/format.ts';
import type { PaneCommand, Stream, TextColumn } from '../command.ts';
import { asText } from '../text-column.ts';
import { trace as table } from './columns.ts';
import { packetRecord } from './record.ts';

const of = asText(table.columns);

const dash = (value: number | null): string => (value === null ? '-' : String(value));

/** Cells that the screen cuts or gives names are written plainly: there may be 100,000 a second. */
function columns({ sinceUs, clock, delta }: TimeStyle): TextColumn<PacketRow>[] {
  return [
    of('function', 22, { cell: (row) => row.function }),
    of('source', 15, { cell: ({ source }) => source || '-' }),
    of('destination', 15, { cell: ({ destination }) => destination || '-' }),
    of('sourcePort', 8, { cell: ({ sourcePort }) => dash(sourcePort) }),
    of('destinationPort', 8, { cell: ({ destinationPort }) => dash(destinationPort) }),
    of('sequence', 10, { cell: ({ sequence }) => dash(sequence) }),
    of('acknowledgment', 10, { cell: ({ acknowledgment }) => dash(acknowledgment) }),
    ...(clock && sinceUs !== null ? [timeColumn(null)] : []),
    timeColumn(sinceUs),
    ...(delta ? [of('delta', 7)] : []),
    of('flags', 7),
    of('length', 5),
    of('interface', 6, { cell: (row) => row.interface || '-' }),
    of('cpu', 3),
    of('process', 16, { cell: ({ pid, process }) => (pid === null ? '-' : `${process ?? '?'}[${pid}]`) }),
    of('details', 0),
  ];
}

function timeColumn(sinceUs: number | null): TextColumn<PacketRow> {
  if (sinceUs === null)
    return { title: 'TIMESTAMP', width: 15, cell: ({ timeUs }) => formatTimestamp(timeUs) };
  return {
    title: 'SECONDS',
    width: 12,
    align: 'right',
    cell: ({ timeUs }) => ((timeUs - sinceUs) / 1e6).toFixed(6),
  };
}

/** What brings packets as they come. */
export const asked: TraceQuestion = {
  sort: 'time',
  descending: false,
  rows: 0,
  cursor: null,
  isTraced: true,
  isFrozen: false,
  mark: null,
};

/** Packets as they come; under each the functions that led there, where they were asked for. */
export const stream: Stream<PacketRow> = {
  of: 'trace',
  asked: { trace: asked },
  record: packetRecord,
  isFlood: true,
  columns,
  under: ({ stack }) => (stack ?? []).map((place) => `    ${place}`),
};

export const command: PaneCommand<PacketRow> = {
  about: 'packets as text, or as JSON lines with --json',
  examples: ['trace tcp port 443', "trace --json -f 'tcp_*' -c 100 host 10.0.0.1"],
  flags: [
    'function',
    'path',
    'kernel-stack',
    'rate-limit',
    'attach',
    'time-since-start',
    'timestamp',
    'delta',
    'pcapng',
    'pcapng-all',
  ],
  records: [packetRecord],
  stream,
};
