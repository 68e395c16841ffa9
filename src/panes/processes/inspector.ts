import type { ConnectionRow, ProcessInspection, ProcessRow } from '../../model/model.ts';
import type { Names } from '../../model/names.ts';
import type { Container, ProtocolBytes, SecondsHistory } from '../../model/process.ts';
import { formatBytes, formatCount, formatRate, sparkline, type Units } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { wrap } from '../../text/text.ts';
import { tableLines } from '../column.ts';
import { connections } from '../connections/columns.ts';
import { type Field, fieldLines, known, LABEL_CELLS, owner, UNKNOWN } from '../fields.ts';
import { processes } from './columns.ts';
import { causeFields, wireFields } from './wire-fields.ts';

const COMMAND_LINES = 6;
const MINUTES_SECONDS = 300;

/** One process: what it is, what it moved and when, its connections and descendants. Or a group of them. */
export function processLines(
  inspection: ProcessInspection,
  width: number,
  names: Names,
  units: Units,
): Line[] {
  const { row, protocols, seconds } = inspection;
  const isGroup = row.pid === 0 && row.group !== null;
  const { allConnections, allProcesses } = inspection;
  const openTitle = titleOf('Connections', inspection.connections.length, allConnections);
  const open = tableLines<ConnectionRow>(
    openTitle,
    connections.columns,
    inspection.connections,
    width,
    names,
    units,
  );
  const columns = processes.columns.filter(({ wire }) => row.wire !== null || !wire);
  const title = titleOf(isGroup ? 'Processes' : 'Descendants', inspection.processes.length, allProcesses);
  const others = tableLines<ProcessRow>(title, columns, inspection.processes, width, names, units);
  return [
    ...fieldLines([
      ...(isGroup ? groupFields(row) : identityFields(inspection, width)),
      ['connections', formatCount(row.connections)],
      [
        'receive',
        `${formatRate(row.rxRate, units)}  total ${formatBytes(row.rxBytes, units)} (${row.rxBytes} bytes)`,
      ],
      [
        'transmit',
        `${formatRate(row.txRate, units)}  total ${formatBytes(row.txBytes, units)} (${row.txBytes} bytes)`,
      ],
      ...protocols.map(protocolField),
      ...(row.wire ? wireFields(row.wire, units) : []),
      ...historyFields(seconds, width, units),
    ]),
    ...(isGroup ? [] : open),
    ...(isGroup || inspection.processes.length > 0 ? others : []),
  ];
}

const titleOf = (name: string, shown: number, all: number): string =>
  shown < all ? `${name}: the busiest ${shown} of ${all}` : name;

function groupFields({ process, user, group }: ProcessRow): Field[] {
  return [
    [group?.by ?? 'group', process],
    ...(group?.by === 'user' ? [] : [['user', user] as const]),
    ['processes', formatCount(group?.processes ?? 0)],
  ];
}

function identityFields({ row, parent }: ProcessInspection, width: number): Field[] {
  if (row.pid === 0) return causeFields(row.process);
  const { command, container, unit, cgroup } = row.about;
  const [first = UNKNOWN, ...rest] = wrap(known(command), width - LABEL_CELLS - 1).slice(0, COMMAND_LINES);
  return [
    ['process', owner(row.pid, row.process)],
    ['command', first],
    ...rest.map((line) => ['', line] as const),
    ['user', row.user],
    ['parent', parent ? owner(parent.pid, parent.process) : UNKNOWN],
    ...(container ? containerFields(container) : []),
    ['systemd unit', known(unit)],
    ['cgroup', known(cgroup)],
  ];
}

function containerFields({ runtime, id, name, image, imageId }: Container): Field[] {
  return [
    ['container', `${name ?? UNKNOWN}  (${runtime})`],
    ...(id === null ? [] : [['container id', id] as const]),
    ...(image === null ? [] : [['image', image] as const]),
    ...(imageId === null ? [] : [['image id', imageId] as const]),
  ];
}

function protocolField({ protocol, rxBytes, txBytes }: ProtocolBytes): Field {
  return [protocol, `received ${rxBytes} bytes, sent ${txBytes} bytes`];
}

/** The last five minutes as one line for each direction; a cell stands for the mean of some seconds. */
function historyFields({ rxBytes, txBytes }: SecondsHistory, width: number, units: Units): Field[] {
  if (rxBytes.length === 0) return [];
  const cells = Math.max(10, Math.min(100, width - LABEL_CELLS - 21));
  const field = (label: string, bytes: number[]): Field => [
    label,
    `${sparkline(means(bytes, Math.ceil(MINUTES_SECONDS / cells)), cells)}  most ${formatRate(Math.max(...bytes), units)}`,
  ];
  return [field('receive, 5 min', rxBytes), field('transmit, 5 min', txBytes)];
}

/** Means of so many values each; the last one ends with the last value. */
function means(values: readonly number[], each: number): number[] {
  const found: number[] = [];
  for (let end = values.length; end > 0; end -= each) {
    const part = values.slice(Math.max(0, end - each), end);
    found.unshift(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return found;
}
