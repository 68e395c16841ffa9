import type { HandshakeSources } from '../../model/listener-look.ts';
import type { ListenerVerdict } from '../../model/listener-verdict.ts';
import {
  array,
  type Field,
  number,
  object,
  type RecordKind,
  rate,
  rounded,
  string,
  time,
} from '../../model/record.ts';
import { machineField } from '../machine.ts';
import type { ListenerRow, NamespaceListens, SynSources } from './row.ts';
import { listenerAdvice, listenerSentence } from './verdict-text.ts';

const nowhere = 'where not known';
const share = (value: number): number => rounded(value, 3);

const handshakeFields: Field<HandshakeSources>[] = [
  number('looked', (of) => of.looked, 'handshakes under way, at most 4,096 of an address and port'),
  number('addresses', (of) => of.sources, 'whom they are with'),
  number('networks', (of) => of.networks, '/24 of IPv4, /64 of IPv6'),
  number('stuck', (of) => of.stuck, 'without a reply to two answers or more'),
  array(
    'stuckIn',
    (of) => of.stuckIn,
    'the networks with most of those, as objects with `network` and `handshakes`',
  ),
  number(
    'completedThere',
    (of) => of.completedThere,
    'connections that came about from those networks meanwhile',
  ),
];

const namespaceFields: Field<NamespaceListens>[] = [
  number('cookiesSent', (of) => of.cookiesSent, '`SyncookiesSent`'),
  number('cookiesReceived', (of) => of.cookiesReceived, '`SyncookiesRecv`'),
  number('cookiesFailed', (of) => of.cookiesFailed, '`SyncookiesFailed`'),
  number('overflows', (of) => of.overflows, '`ListenOverflows`'),
  number('synQueueFull', (of) => of.synQueueFull, '`TCPReqQFullDrop`'),
  number('drops', (of) => of.drops, '`ListenDrops`'),
  number('resets', (of) => of.resets, '`EmbryonicRsts`'),
];

const verdictFields: Field<ListenerVerdict>[] = [
  string(
    'cause',
    (of) => of.cause,
    '`slow accept`, `SYN flood`, `connection flood`, `answers lost`, `burst`',
  ),
  string('sentence', listenerSentence, 'with the figures that say so'),
  string('advice', listenerAdvice, 'what to do about it'),
  number('acceptedPerSecond', (of) => share(of.rates.accepted), 'smoothed over 10 s, as are the others'),
  number('completedPerSecond', (of) => share(of.rates.completed), 'likewise'),
  number('unansweredPerSecond', (of) => share(of.rates.unanswered), 'handshakes that nobody goes on with'),
  number('endedPerSecond', (of) => share(of.rates.ended), 'likewise'),
  number('silentPerSecond', (of) => share(of.rates.silent), 'likewise'),
  number('dropsPerSecond', (of) => share(of.rates.drops), 'likewise'),
  number('cookiesSentPerSecond', (of) => share(of.rates.cookiesSent), 'of the network namespace'),
  number('cookiesReceivedPerSecond', (of) => share(of.rates.cookiesReceived), 'likewise'),
  number('peakShare', (of) => share(of.peak), 'the fullest that the accept queue was lately, as a part'),
];

const sourceFields: Field<SynSources>[] = [
  number('syns', (of) => of.syns, 'all SYNs that were counted'),
  number('differentAddresses', (of) => of.differentAddresses, 'that sent them'),
  number('onceOnly', (of) => of.onceOnly, 'those of them that sent one'),
  array('networks', (of) => of.networks, 'those with most, as objects with `source` and `syns`'),
  array('addresses', (of) => of.addresses, 'likewise'),
  number('rest', (of) => of.rest, 'SYNs of addresses that found no room'),
];

/** One object a listener in JSON. */
export const listenerRecord: RecordKind<ListenerRow> = {
  type: 'listener',
  about: '`nettop listeners`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number('pid', (row) => row.pid, 'owner of the socket', nowhere),
    string('process', (row) => row.process, 'owner of the socket', nowhere),
    string('user', (row) => row.user, 'of that process', nowhere),
    string(
      'localAddress',
      (row) => row.localAddress,
      'where it listens; `0.0.0.0` or `::` for all addresses',
    ),
    number('localPort', (row) => row.localPort, 'the port'),
    number('netns', (row) => row.netns, 'inode of the network namespace', nowhere),
    string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
    number(
      'sockets',
      (row) => row.sockets,
      'that listen at this address and port; what came there is counted for all of them together',
    ),
    number('acceptQueue', ({ look }) => look.acceptQueue, 'connections that wait for `accept()`'),
    number(
      'acceptLimit',
      ({ look }) => look.acceptLimit,
      'the backlog; the kernel refuses when it is exceeded',
    ),
    number('synQueue', ({ look }) => look.synQueue, 'handshakes under way'),
    number('synYoung', ({ look }) => look.young, 'those of them whose answer was sent once so far'),
    number('synLimit', ({ look }) => look.synLimit, 'the most of them'),
    number(
      'accepted',
      (row) => row.accepted,
      'connections that the program took, since nettop knows the listener',
    ),
    rate('acceptedPerSecond', (row) => row.acceptedPerSecond),
    number('completed', (row) => row.completed, 'handshakes that came to their end, likewise'),
    rate('completedPerSecond', (row) => row.completedPerSecond),
    number(
      'begun',
      (row) => row.begun,
      'handshakes that began, likewise: at least so many, as those that a reset ended between two looks, and those that got a cookie, are not seen',
    ),
    number('abandoned', (row) => row.abandoned, 'handshakes that were seen to come to nothing'),
    number('ended', (row) => row.ended, 'connections that ended, those too that are older than nettop'),
    number('silent', (row) => row.silent, 'those of them without one byte received'),
    number('drops', (row) => row.drops, 'what the socket did not take, by its own count'),
    rate('dropsPerSecond', (row) => row.dropsPerSecond),
    number(
      'longestWaitSeconds',
      ({ look: { longestWaitSeconds } }) => longestWaitSeconds && rounded(longestWaitSeconds, 3),
      'for how long the first connection in the accept queue has waited',
      'where none waits',
    ),
    string('longestWaitAddress', (row) => row.longestWaitAddress, 'its far end', 'where none waits'),
    number('longestWaitPort', (row) => row.longestWaitPort, 'its port', 'where none waits'),
    object(
      'handshakes',
      ({ look }) => look.handshakes,
      handshakeFields,
      'whom handshakes under way are with',
    ),
    object(
      'namespace',
      (row) => row.namespace,
      namespaceFields,
      'what the network namespace counts of all its listeners together, since nettop reads it',
      'where it is not read',
    ),
    object(
      'verdict',
      (row) => row.verdict,
      verdictFields,
      'what troubles the listener',
      'where nothing does',
    ),
    object(
      'sources',
      (row) => row.sources,
      sourceFields,
      'whom SYNs came from while the SYN queue was over half full',
      'where it was not',
    ),
    machineField,
  ],
};
