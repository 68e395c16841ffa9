import { LISTENER_THRESHOLDS } from '../../model/listener-verdict.ts';
import { formatDuration, formatEndpoint, formatPerSecond } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { wrap } from '../../text/text.ts';
import { type Field, fieldLines, known, LABEL_CELLS, netnsField, owner } from '../fields.ts';
import type { ListenerRow, NamespaceListens, SynSource, SynSources } from './row.ts';
import { listenerAdvice, rowSentence } from './verdict-text.ts';

const COUNT_CELLS = 12;

/** All that is known of a listener: its queues, what came, what the network namespace counts, and whom from. */
export function listenerLines(row: ListenerRow, width: number): Line[] {
  const { look, verdict } = row;
  return [
    ...fieldLines([
      ['process', owner(row.pid, row.process)],
      ['user', known(row.user)],
      ['listens at', formatEndpoint(row.localAddress, row.localPort)],
      ...(row.sockets > 1
        ? [['', `with ${row.sockets - 1} others: what comes is of all of them`] as const]
        : []),
      netnsField(row),
      ...wrapped('verdict', verdict === null ? 'nothing to say' : rowSentence(row), width),
      ...(verdict === null ? [] : wrapped('', listenerAdvice(verdict), width)),
      ['accept queue', `${look.acceptQueue} of ${look.acceptLimit}${waits(row)}`],
      ['SYN queue', `${look.synQueue} of ${look.synLimit}, ${look.young} answered once so far`],
      ['accepted', `${row.accepted}  ${formatPerSecond(row.acceptedPerSecond)}`],
      ['handshakes', `${row.completed} completed of at least ${row.begun} begun`],
      ['not taken', `${row.drops}  ${formatPerSecond(row.dropsPerSecond)}`],
      ['under way', handshakes(row)],
    ]),
    ...namespaceLines(row.namespace),
    ...sourceLines(row.sources, width),
  ];
}

function wrapped(label: string, text: string, width: number): Field[] {
  return wrap(text, width - LABEL_CELLS - 1).map((line, at) => [at === 0 ? label : '', line]);
}

function waits({ look: { longestWaitSeconds }, longestWaitAddress, longestWaitPort }: ListenerRow): string {
  if (longestWaitSeconds === null) return '';
  const who =
    longestWaitAddress === null ? '' : ` (${formatEndpoint(longestWaitAddress, longestWaitPort ?? 0)})`;
  return `, the first has waited ${formatDuration(longestWaitSeconds)}${who}`;
}

function handshakes({
  look: {
    handshakes: { looked, sources, networks, stuck },
  },
}: ListenerRow): string {
  if (looked === 0) return 'none';
  return `${looked} from ${sources} addresses in ${networks} networks, ${stuck} without a reply to two answers`;
}

function namespaceLines(counted: NamespaceListens | null): Line[] {
  if (counted === null) return [];
  return [
    [],
    [{ text: 'Of all listeners of its network namespace', tone: 'strong' }],
    ...fieldLines([
      [
        'SYN cookies',
        `${counted.cookiesSent} sent, ${counted.cookiesReceived} came back, ${counted.cookiesFailed} were wrong`,
      ],
      ['accept queue full', String(counted.overflows)],
      ['SYN queue full', String(counted.synQueueFull)],
      ['not taken', String(counted.drops)],
      ['reset meanwhile', String(counted.resets)],
    ]),
  ];
}

/** Whom SYNs came from while the queue was high. */
function sourceLines(sources: SynSources | null, width: number): Line[] {
  if (sources === null) return [];
  const { syns, differentAddresses, onceOnly, rest } = sources;
  const about =
    `${syns} SYNs while the SYN queue was over ${LISTENER_THRESHOLDS.synShare * 100} % full: ` +
    `${differentAddresses} addresses, ${onceOnly} of them once` +
    (rest > 0 ? `; ${rest} SYNs of addresses that found no room` : '');
  return [
    [],
    [{ text: 'Whom the SYNs came from', tone: 'strong' }],
    ...wrap(about, width).map((text): Line => [{ text, tone: 'muted' }]),
    ...[...sources.networks, ...sources.addresses].map(sourceLine),
  ];
}

const sourceLine = ({ source, syns }: SynSource): Line => [
  { text: `${String(syns).padStart(COUNT_CELLS)}  ` },
  { text: source },
];
