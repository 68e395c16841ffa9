import { formatEndpoint } from '../../text/format.ts';
import type { Tone } from '../../text/span.ts';
import { fit, width } from '../../text/text.ts';
import type { RequestLoss, RequestProtocol, RequestRow } from './row.ts';

/** Else what is known of TLS is of the connection that a request was made over. */
const isHandshake = (protocol: RequestRow['protocol']): boolean => protocol === 'tls' || protocol === 'quic';

/** What was asked for: a URL, a name of DNS or of a server, a statement. */
export function formatAsked({ protocol, dns, tls, host, path, statement }: RequestRow): string {
  if (isDatabase(protocol)) return statement ?? '-';
  if (isHandshake(protocol)) return tls?.serverName ?? '?';
  if (dns) return dns.name === '' ? '?' : dns.name;
  if (path === null) return host ?? '?';
  return path.startsWith('/') ? `${host ?? ''}${path}` : path;
}

/** What was done: a method, or a type of DNS. */
export const formatMethod = ({ method, protocol }: RequestRow): string =>
  isHandshake(protocol) ? 'hello' : (method ?? '?');

/** How it was answered: a status, a code, a version, an alert, or why there is none. */
export function formatAnswer({
  protocol,
  status,
  grpcStatus,
  outcome,
  dns,
  tls,
  incomplete,
  upgrade,
}: RequestRow): string {
  if (outcome !== null) return outcome;
  if (grpcStatus) return `grpc ${grpcStatus}`;
  if (tls && isHandshake(protocol)) return tls.alert ?? tls.version ?? incomplete ?? '-';
  const code = status === null ? (dns?.rcode ?? null) : String(status);
  if (code === null) return incomplete ?? '-';
  const more = dns?.isTruncated ? 'TC' : upgrade;
  return more === null ? code : `${code} ${more}`;
}

/** Whose the socket is; of a request that was seen at both ends also the other one's. */
export function formatProcesses({ pid, process, peer }: RequestRow, cells: number): string {
  const own = named(pid, process, true);
  if (peer === null) return own;
  const whole = `${own}${ARROW}${named(peer.pid, peer.process, true)}`;
  if (width(whole) <= cells) return whole;
  const [from, to] = [named(pid, process, false), named(peer.pid, peer.process, false)];
  const room = cells - width(ARROW);
  const first = shortened(from, Math.max(Math.floor(room / 2), room - width(to)));
  return `${first}${ARROW}${shortened(to, room - width(first))}`;
}

const ARROW = ' → ';
const shortened = (text: string, cells: number): string => (width(text) <= cells ? text : fit(text, cells));

function named(pid: number | null, process: string | null, isNumbered: boolean): string {
  if (pid === null) return '-';
  return isNumbered ? `${process ?? '?'}[${pid}]` : (process ?? '?');
}

/** Failures stand out. */
export function answerTone({
  protocol,
  status,
  grpcStatus,
  outcome,
  dns,
  tls,
  incomplete,
}: RequestRow): Tone | undefined {
  if (incomplete === 'under way') return 'muted';
  if (outcome !== null) return outcome === 'ok' ? 'good' : 'bad';
  if (grpcStatus) return 'bad';
  if (tls && isHandshake(protocol)) return tls.alert === null && tls.version !== null ? 'good' : 'bad';
  if (status === null && !dns?.rcode) return 'bad';
  if ((status ?? 0) >= 500) return 'bad';
  if ((status ?? 0) >= 400) return 'caution';
  if (dns && dns.rcode !== 'NOERROR') return 'caution';
  return 'good';
}

const isDatabase = (protocol: RequestProtocol): boolean =>
  protocol === 'redis' || protocol === 'postgresql' || protocol === 'mysql';

export const formatFar = ({ remoteAddress, remotePort }: RequestRow, width?: number): string =>
  formatEndpoint(remoteAddress, remotePort, width);

/** What of requests is in no row, in words; none: all are. */
export function lossText({ requests, pieces, unfollowed, heldBack, givenUp, unread }: RequestLoss): string[] {
  const parts: [number, string][] = [
    [requests, "requests found no room in the kernel's ring"],
    [pieces, 'pieces of others found none'],
    [unfollowed, 'packets were of sockets that found no memory to be followed'],
    [heldBack, 'requests were over the rate limit'],
    [givenUp, 'connections were given up, as there were too many'],
    [unread, 'requests were not read in time'],
  ];
  return parts.flatMap(([count, words]) => (count > 0 ? [`${count} ${words}`] : []));
}
