import { NO_NAMES } from '../../model/names.ts';
import {
  formatBytes,
  formatMicroseconds,
  formatPerSecond,
  formatTimestamp,
  type Units,
} from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { tableLines } from '../column.ts';
import { type Field, fieldLines, host, known, netnsField, owner } from '../fields.ts';
import { requests } from './columns.ts';
import type { RequestGroup, RequestRow, TlsExchange } from './row.ts';
import { formatAnswer, formatAsked, formatMethod } from './text.ts';
import { waterfallLines } from './waterfall.ts';

/** Of the same connection: what differs between its requests. */
const BESIDE = ['time', 'method', 'url', 'status', 'firstByte', 'total', 'bytes'];

const NEWEST = [...BESIDE, 'process'];

/** All that is known of a request, and the others of its connection. */
export function requestLines(
  row: RequestRow,
  beside: readonly RequestRow[],
  width: number,
  units: Units,
): Line[] {
  if (row.group) return groupLines(row.group, beside, width, units);
  const columns = requests.columns.filter(({ id }) => BESIDE.includes(id));
  return [
    ...fieldLines([...askedFields(row, units), ...answerFields(row, units), ...placeFields(row)]),
    ...waterfallLines(row, width),
    ...tableLines('the same connection, newest first', columns, beside, width, NO_NAMES, units),
  ];
}

function groupLines(group: RequestGroup, newest: readonly RequestRow[], width: number, units: Units): Line[] {
  const fields: Field[] = [
    [group.by, group.name],
    ['requests', `${group.count}, ${formatPerSecond(group.perSecond)} over the last 10 s`],
    ['errors', `${group.errors}, and ${group.refused} of 4xx`],
    ['first byte after', `p50 ${time(group.p50Us)}, p95 ${time(group.p95Us)}, p99 ${time(group.p99Us)}`],
  ];
  const columns = requests.columns.filter(({ id }) => NEWEST.includes(id));
  return [...fieldLines(fields), ...tableLines('newest requests', columns, newest, width, NO_NAMES, units)];
}

function askedFields(row: RequestRow, units: Units): Field[] {
  return [
    ['asked', `${formatMethod(row)} ${formatAsked(row)}`],
    ...offered(row.tls),
    ['protocol', row.quic ? `quic, version ${row.quic.version}` : row.protocol],
    ['began', formatTimestamp(row.timeUs)],
    ['request', size(row.requestBytes, units)],
  ];
}

function answerFields(row: RequestRow, units: Units): Field[] {
  const { dns, tls, incomplete, upgrade } = row;
  return [
    ['answer', formatAnswer(row)],
    ...(dns?.answers ?? []).map((text): Field => ['', text]),
    ...(tls ? chosen(tls) : []),
    ['first byte after', time(row.firstByteUs)],
    ['last byte after', time(row.totalUs)],
    ['response', size(row.responseBytes, units)],
    ...(upgrade === null ? [] : [['switched to', upgrade] as const]),
    ...(incomplete === null ? [] : [['note', incomplete] as const]),
  ];
}

/** What the client of TLS said. */
function offered(tls: TlsExchange | null): Field[] {
  if (tls === null) return [];
  return [
    ['offered', [known(tls.versionOffered), ...tls.alpnOffered].join(', ')],
    ...(tls.ech ? [['', 'Encrypted ClientHello, or GREASE: the name may be a front'] as const] : []),
  ];
}

/** What its server did. */
function chosen({ version, cipher, alpn, alpnOffered }: TlsExchange): Field[] {
  if (version === null) return [];
  const isHidden = alpn === null && alpnOffered.length > 0 && version === 'TLS 1.3';
  return [
    ['chosen', [version, cipher, alpn].filter((word) => word !== null).join(', ')],
    ...(isHidden ? [['', 'the protocol was chosen encrypted'] as const] : []),
  ];
}

function placeFields(row: RequestRow): Field[] {
  return [
    ['process', `${owner(row.pid, row.process)}, the ${row.side}`],
    ...(row.peer ? [['', `${owner(row.peer.pid, row.peer.process)}, the server`] as const] : []),
    ['user', known(row.user)],
    ['local', host(row.localAddress, row.localPort)],
    ['remote', host(row.remoteAddress, row.remotePort)],
    netnsField(row),
  ];
}

const time = (us: number | null): string => (us === null ? '-' : formatMicroseconds(us));
const size = (bytes: number | null, units: Units): string =>
  bytes === null ? '-' : formatBytes(bytes, units);
