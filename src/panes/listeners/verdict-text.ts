import type { ListenerLook } from '../../model/listener-look.ts';
import { completedShare, type ListenerCause, type ListenerVerdict } from '../../model/listener-verdict.ts';
import { formatCount, formatDuration } from '../../text/format.ts';
import type { ListenerRow } from './row.ts';

const sentences: Readonly<Record<ListenerCause, (verdict: ListenerVerdict) => string>> = {
  'slow accept': ({ look, rates }) =>
    `slow accept: ${acceptQueue(look)}, ${perSecond(rates.accepted)} accepted, ` +
    `${perSecond(rates.drops)} not taken${longest(look)}`,
  'SYN flood': (verdict) =>
    `SYN flood, spoofed: ${synQueue(verdict.look)}, ${completed(verdict)}${cookies(verdict)}, ` +
    `${sources(verdict.look)}`,
  'connection flood': ({ rates }) =>
    `flood of real connections: ${perSecond(rates.ended)} ended, ` +
    `${percent(rates.silent / Math.max(rates.ended, rates.silent))} of them without one byte received`,
  burst: (verdict) =>
    `burst of real clients: accept queue up to ${percent(verdict.peak)} full and now ` +
    `${verdict.look.acceptQueue} of ${verdict.look.acceptLimit}, ${perSecond(verdict.rates.accepted)} accepted, ` +
    completed(verdict),
  'answers lost': ({ look }) =>
    `answers lost on the way: ${look.handshakes.stuck} handshakes got no reply to two answers or more, ` +
    `from ${look.handshakes.stuckIn.map(({ network }) => network).join(', ')}; ` +
    `${look.handshakes.completedThere} connections from there came about`,
};

const advices: Readonly<Record<ListenerCause, string>> = {
  'slow accept':
    'look at what the program does instead of accept(): a thread pool that is used up, a lock, a full event loop; a longer backlog only hides it',
  'SYN flood':
    'leave net.ipv4.tcp_syncookies at 1: it keeps honest clients served; drop the networks below in front of this machine',
  'connection flood':
    'limit new connections by source (nft: ct count, limit rate), or accept only those that speak (TCP_DEFER_ACCEPT)',
  burst:
    'raise the backlog of listen() and net.core.somaxconn if it happens often: clients wait a second for each SYN that is not taken',
  'answers lost':
    'SYNs come and the answers do not arrive: look for a route back by another way and for a firewall between here and those networks; where nobody there wants anything, others forge its addresses so that the answers hit it',
};

const acceptQueue = ({ acceptQueue, acceptLimit }: ListenerLook) =>
  `${acceptQueue} wait in an accept queue of ${acceptLimit}`;

const synQueue = ({ synQueue, synLimit }: ListenerLook) => `SYN queue ${synQueue} of ${synLimit}`;

const longest = ({ longestWaitSeconds }: ListenerLook) =>
  longestWaitSeconds === null ? '' : `, the first has waited ${formatDuration(longestWaitSeconds)}`;

function completed({ look, rates }: ListenerVerdict): string {
  const share = completedShare(look, rates);
  return share === null ? 'no handshake completed' : `${percent(share)} of handshakes completed`;
}

/** Of the network namespace. */
function cookies({ rates: { cookiesSent, cookiesReceived } }: ListenerVerdict): string {
  if (cookiesSent < 0.05) return '';
  return `, ${perSecond(cookiesSent)} cookies sent and ${perSecond(cookiesReceived)} came back (network namespace)`;
}

const sources = ({ handshakes: { looked, sources, networks } }: ListenerLook) =>
  `${looked} handshakes from ${sources} addresses in ${networks} ${networks === 1 ? 'network' : 'networks'}`;

const perSecond = (rate: number) =>
  rate > 0 && rate < 9.95 ? `${rate.toFixed(1)}/s` : `${formatCount(Math.max(0, rate))}/s`;

/** A part is never rounded to nothing or to all. */
function percent(share: number): string {
  const whole = Math.round(Math.min(1, share) * 100);
  if (whole === 0 && share > 0) return 'below 1 %';
  return whole === 100 && share < 1 ? 'over 99 %' : `${whole} %`;
}

/** What troubles the listener, in words with figures. */
export const listenerSentence = (verdict: ListenerVerdict): string => sentences[verdict.cause](verdict);

/** The same with whom SYNs come from, where they were counted. */
export function rowSentence({ verdict, sources }: Pick<ListenerRow, 'verdict' | 'sources'>): string {
  if (verdict === null) return '';
  const sentence = listenerSentence(verdict);
  const [first] = sources?.networks ?? [];
  if (verdict.cause !== 'SYN flood' || !sources || !first) return sentence;
  const { syns, onceOnly, differentAddresses, rest } = sources;
  const many = rest > 0 ? 'over ' : '';
  return (
    `${sentence}; ${syns} SYNs of ${many}${differentAddresses} addresses, ${onceOnly} of them once, ` +
    `most from ${first.source} (${first.syns})`
  );
}

/** What to do about it. */
export const listenerAdvice = ({ cause }: Pick<ListenerVerdict, 'cause'>): string => advices[cause];
