import { askedName, localZone, remoteZone } from '../../model/connection-ends.ts';
import { icmpName } from '../../model/icmp-names.ts';
import type { ConnectionInspection } from '../../model/inspection.ts';
import type { Backlog, ConnectionRow, ConnectionWatch, IcmpError, TcpFigures } from '../../model/model.ts';
import { type NameSource, type Names, tellEndpoint } from '../../model/names.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMicroseconds,
  formatRate,
  rateCells,
  sparkline,
  type Units,
} from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import {
  dropFields,
  type Field,
  fieldLines,
  known,
  LABEL_CELLS,
  netnsField,
  owner,
  UNKNOWN,
} from '../fields.ts';
import { formatAge, nameState } from './cells.ts';
import { faultFields } from './fault-text.ts';
import { formatEnding, timelineFields } from './timeline.ts';
import { otherEndFields, verdictFields } from './verdict-fields.ts';
import { formatShare } from './verdict-sentence.ts';

/** More values than this are no easier to read. */
const GRAPH_CELLS = 60;
/** Between the values of a legend: three of the longest stand in it. */
const LEGEND_WORDS_CELLS = 9;
const ANYBODY = '*';

/** Where a name comes from. */
const SOURCES: Readonly<Record<NameSource, string>> = {
  sni: 'the server that its TLS asks for',
  host: 'the Host that its HTTP asks for',
  dns: 'by an answer of DNS to the process, before it connected',
  otherDns: 'by an answer of DNS to another process, or later',
};

function nameFields(row: ConnectionRow, names: Names): Field[] {
  const { protocol, remoteAddress, remotePort } = row;
  const asked = askedName(row, names);
  const remote = tellEndpoint(names, protocol, remoteAddress, remotePort, remoteZone(row), asked);
  return [
    ['local', tellEndpoint(names, protocol, row.localAddress, row.localPort, localZone(row))],
    ['remote', remotePort === 0 ? ANYBODY : remote],
    ...(asked === null ? [] : [['name', `${asked}  ${SOURCES[row.remoteNameSource ?? 'dns']}`] as const]),
    ...(row.interface === null ? [] : [['bound to', row.interface] as const]),
    ['protocol', nameState(row) === 'QUIC' ? 'udp, by its port QUIC' : protocol],
    ...(protocol === 'tcp' ? [['state', row.state] as const] : []),
    ['process', owner(row.pid, row.process)],
  ];
}

function graphCells(width: number, wordCells: number): number {
  const legend = 3 * wordCells + LEGEND_WORDS_CELLS;
  return Math.min(GRAPH_CELLS, Math.max(8, width - LABEL_CELLS - 1 - legend));
}

/** The time that the graphs have room for. */
function graphSeconds({ seconds, rxRate: { length } }: ConnectionWatch, cells: number): number {
  const shown = Math.min(length, cells);
  return length < 2 ? 0 : (seconds * (shown - 1)) / (length - 1);
}

/** The last values, the newest one in words, and between which they were. */
function graph(
  label: string,
  values: readonly (number | null)[],
  format: (value: number) => string,
  width: number,
  wordCells: number,
): Field[] {
  const cells = graphCells(width, wordCells);
  const shown = values.slice(-cells);
  const numbers = shown.filter((value) => value !== null);
  if (numbers.length === 0) return [];
  const now = shown.at(-1) ?? null;
  const range = `${format(Math.min(...numbers))} to ${format(Math.max(...numbers))}`;
  const text = now === null ? UNKNOWN : format(now);
  return [[label, `${sparkline(shown, cells)}  ${text.padEnd(wordCells)}  ${range}`]];
}

function graphFields(watch: ConnectionWatch, width: number, units: Units): Field[] {
  const bytes = (value: number) => formatBytes(value, units);
  const rate = (value: number) => formatRate(value, units);
  const cells = rateCells(units);
  return [
    ...graph('round trip', watch.rttUs, formatMicroseconds, width, cells),
    ...graph('congestion window', watch.congestionWindow, (segments) => `${segments}`, width, cells),
    ...graph('in flight', watch.inFlightBytes, bytes, width, cells),
    ...graph('receive', watch.rxRate, rate, width, cells),
    ...graph('transmit', watch.txRate, rate, width, cells),
    ...(watch.congestionWindow.some((value) => value !== null)
      ? graph('retransmitted', watch.retransmitted, formatCount, width, cells)
      : []),
  ];
}

const total = (bytes: number | null, rate: number | null, units: Units): string =>
  bytes === null ? UNKNOWN : `${formatBytes(bytes, units)} (${bytes} bytes)  ${formatRate(rate, units)}`;

function totalFields(row: ConnectionRow, units: Units, width: number): Field[] {
  if (row.backlog !== null)
    return [['backlog', formatBacklog(row.backlog)], dropsField(row), ...placeFields(row)];
  return [
    ...(row.socketDrops ? [dropsField(row)] : []),
    ['received', total(row.rxBytes, row.rxRate, units)],
    ['sent', total(row.txBytes, row.txRate, units)],
    ...(row.icmp === null ? [] : [['told', heardSentence(row.icmp)] as const]),
    ...(row.protocol === 'tcp' ? pathFields(row, units, width) : []),
    ...lifeFields(row),
    ...placeFields(row),
  ];
}

function dropsField({ socketDrops, backlog }: ConnectionRow): Field {
  return [backlog ? 'not taken' : 'dropped', `${socketDrops ?? 0} packets, by the socket's own count`];
}

function formatBacklog({ waiting, limit, handshakes }: Backlog): string {
  return `${waiting} of ${limit} wait for accept(), ${handshakes} in their handshake`;
}

function pathFields(row: ConnectionRow, units: Units, width: number): Field[] {
  return [
    ['round trip', roundTrip(row)],
    ['retransmits', retransmits(row)],
    ...faultFields(row, width),
    ...(row.tcp === null ? [] : figureFields(row.tcp, units)),
  ];
}

/** What somebody on the way said of what it sent. */
function heardSentence({ protocol, type, code, sender }: IcmpError): string {
  return `${icmpName(protocol === 'icmp' ? 4 : 6, type, code)}, by ${sender}`;
}

function placeFields(row: ConnectionRow): Field[] {
  return [
    ['age', row.ageSeconds === null ? `more than ${formatAge(row).slice(1)}` : formatAge(row)],
    netnsField(row),
  ];
}

function roundTrip({ rttUs, tcp }: ConnectionRow): string {
  if (rttUs === null) return UNKNOWN;
  const best = tcp?.minRttUs ?? null;
  const spread = tcp === null ? '' : ` ± ${formatMicroseconds(tcp.rttVarianceUs)}`;
  return `${formatMicroseconds(rttUs)}${spread}${best === null ? '' : `, ${formatMicroseconds(best)} at best`}`;
}

function retransmits({ retransmits: segments, tcp }: ConnectionRow): string {
  if (tcp === null || tcp.segmentsSent === 0) return String(segments);
  const share = formatShare(segments / Math.max(segments, tcp.segmentsSent));
  return `${segments} of ${tcp.segmentsSent} segments (${share})  lost now ${tcp.lostSegments}`;
}

function figureFields(tcp: TcpFigures, units: Units): Field[] {
  const rate = tcp.deliveryRate === null ? UNKNOWN : formatRate(tcp.deliveryRate, units);
  return [
    ['out of order', `${tcp.outOfOrderSegments} segments`],
    ['congestion control', `${tcp.congestionControl}  slow start up to ${known(tcp.slowStartThreshold)}`],
    ['segment', `${tcp.mss} bytes`],
    ['delivery rate', `${rate}${tcp.applicationLimited ? '  as much as the application sent' : ''}`],
    ['acknowledged', `${formatBytes(tcp.ackedBytes, units)} (${tcp.ackedBytes} bytes)`],
    ['send queue', `${tcp.sendQueueBytes} bytes, ${tcp.unsentBytes} of them not sent yet`],
    ['receive queue', `${tcp.receiveQueueBytes} bytes`],
    [
      'busy',
      `${formatMicroseconds(tcp.busyUs)}, of that receiver's window ` +
        `${formatMicroseconds(tcp.receiverLimitedUs)}, send buffer ${formatMicroseconds(tcp.sendBufferLimitedUs)}`,
    ],
  ];
}

function lifeFields({ life, ending }: ConnectionRow): Field[] {
  const fields: Field[] = [];
  if (life?.connectUs != null) {
    const again = life.synRetransmits === 0 ? '' : `  ${life.synRetransmits} SYN retransmitted`;
    const came = life.states.some(({ state }) => state === 'ESTABLISHED');
    fields.push([came ? 'connected in' : 'failed after', `${formatMicroseconds(life.connectUs)}${again}`]);
  }
  if (life?.acceptUs != null) {
    const most = life.acceptAtMost ? 'at most ' : '';
    fields.push(['accepted in', `${most}${formatMicroseconds(life.acceptUs)}`]);
  }
  if (ending !== null) {
    fields.push(['ended', `${formatEnding(ending)}, ${formatDuration(ending.secondsAgo)} ago`]);
  }
  return fields;
}

/** Everything known about a connection: what holds it back, how it went, its figures. */
export function connectionLines(
  inspection: ConnectionInspection,
  width: number,
  names: Names,
  units: Units,
): Line[] {
  const { row, watch } = inspection;
  const title = (text: string): Line[] => [[], [{ text, tone: 'strong' }]];
  const graphs = row.backlog === null ? graphFields(watch, width, units) : [];
  const timeline = row.protocol === 'tcp' && row.backlog === null ? timelineFields(row, watch) : [];
  return [
    ...fieldLines([
      ...nameFields(row, names),
      ...verdictFields(inspection, width, units),
      ...(inspection.otherEnd ? otherEndFields(inspection.otherEnd, width, units) : []),
      ...(row.ending?.drop ? dropFields(row.ending.drop, width) : []),
    ]),
    ...(graphs.length === 0
      ? []
      : title(`The last ${formatDuration(graphSeconds(watch, graphCells(width, rateCells(units))))}`)),
    ...fieldLines(graphs),
    ...(timeline.length === 0 ? [] : title('Timeline')),
    ...fieldLines(timeline),
    ...title('Figures'),
    ...fieldLines(totalFields(row, units, width)),
  ];
}
