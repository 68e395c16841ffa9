import type { Backlog, Ending, IcmpError, Life, RefusingRoute, SynDrop } from '../../model/model.ts';
import { array, boolean, type Field, number, object, rounded, string } from '../../model/record.ts';

/** Of a connection: what waits at a listener, its life, and how it ended. */
export const backlogFields: readonly Field<Backlog>[] = [
  number(
    'waiting',
    (backlog) => backlog.waiting,
    'connections that wait for `accept()`, and the most of them; `backlog` is `null` where it is no listener',
  ),
  number(
    'limit',
    (backlog) => backlog.limit,
    'connections that wait for `accept()`, and the most of them; `backlog` is `null` where it is no listener',
  ),
  number(
    'handshakes',
    (backlog) => backlog.handshakes,
    'connections before the end of their handshake (the SYN queue), of which `limit` is the most too',
  ),
];

export const lifeFields: readonly Field<Life>[] = [
  array(
    'states',
    (life) => life.states.map(({ state, us }) => ({ state, microseconds: us })),
    'the states that the connection went through, in order: objects with `state` and `microseconds`, the time in it; `life` is `null` where the connection is older than nettop, or had no SYN',
  ),
  number(
    'connectMicroseconds',
    (life) => life.connectUs,
    'from the first SYN to ESTABLISHED, or to the failure',
    'for an accepted connection',
  ),
  number(
    'acceptMicroseconds',
    (life) => life.acceptUs,
    'from ESTABLISHED to `accept()`',
    'where it was connected, or waits',
  ),
  boolean(
    'acceptAtMost',
    (life) => life.acceptAtMost,
    '`acceptMicroseconds` are to the first use, as the kernel does not let `accept()` be seen',
  ),
  number(
    'synRetransmits',
    (life) => life.synRetransmits,
    'SYNs that were retransmitted; of an accepted connection SYN-ACKs',
  ),
];

const icmpFields = (about: string): readonly Field<IcmpError>[] => [
  string('protocol', (icmp) => icmp.protocol, about),
  number('type', (icmp) => icmp.type, about),
  number('code', (icmp) => icmp.code, about),
  string('sender', (icmp) => icmp.sender, about),
];

export const icmpErrorFields = icmpFields(
  "the ICMP message that ended the connection, and the address that it came from: the connection's own local address where this machine sent it; `ending.icmp` is `null` where there was none, or where it is not known: an ICMPv6 message is known by its error alone unless the process set `IPV6_RECVERR`",
);

/** Of a connection that is open. */
export const heardFields = icmpFields(
  'the newest ICMP message about what it sent, and the address that it came from, while the connection is open and nothing was acknowledged since, or its segments are smaller for it; `icmp` is `null` where there is none, or it was not seen',
);

export const synDropFields: readonly Field<SynDrop>[] = [
  string(
    'reason',
    (drop) => drop.reason,
    'why and where this kernel last dropped a SYN, or its answer, of a connection that was not made, as `dropReason` and `dropPlace` below',
    'where the kernel does not say',
  ),
  string(
    'place',
    (drop) => drop.place,
    'why and where this kernel last dropped a SYN, or its answer, of a connection that was not made, as `dropReason` and `dropPlace` below',
    'where the kernel does not say',
  ),
  number('segments', (drop) => drop.segments, 'how many of them it dropped'),
  boolean(
    'inferred',
    (drop) => drop.inferred,
    'the kernel freed no packet as dropped; the listener that the connection was for dropped SYNs meanwhile, by its own count, and `reason` is the name of the kernel\'s counter: `"ListenOverflows"`, `"TCPReqQFullDrop"` or `"ListenDrops"`',
  ),
  number(
    'netns',
    (drop) => drop.netns,
    'inode of the network namespace in which it dropped the last one',
    'where not known',
  ),
];

export const routeFields: readonly Field<RefusingRoute>[] = [
  string(
    'type',
    (route) => route.type,
    '`"none"` (there is no route), `"unreachable"`, `"prohibit"`, `"blackhole"`, or `"throw"` where a route in a table for all packets throws the address back and there is no other',
  ),
  boolean('inferred', (route) => route.inferred, 'always `true`'),
];

export const endingFields: readonly Field<Ending>[] = [
  string(
    'cause',
    (ending) => ending.cause,
    '`"closed"`, `"reset"`, `"refused"`, `"timed out"`, `"unreachable"`, `"given up"` by the process, or `"failed"` before a segment left; `ending` is `null` while the connection is open',
  ),
  string(
    'resetBy',
    (ending) => ending.resetBy,
    '`"this end"` or `"far end"` where a reset was sent, a rule of the socket\'s network namespace being this end',
    'where none was',
  ),
  string(
    'reason',
    (ending) => ending.reason,
    'the kernel\'s reason for a reset (from Linux 6.10 on), or what ended the connection: the ICMP message by its name (`"ICMP host prohibited"`), `"neighbour not found: …"`, `"rejected by a rule on this machine: …"`, or the error',
    'where there is none of these',
  ),
  string(
    'error',
    (ending) => ending.error,
    'the error that the process had, such as `"EHOSTUNREACH"`',
    'for none',
  ),
  object(
    'icmp',
    (ending) => ending.icmp,
    icmpErrorFields,
    'the ICMP message that ended the connection',
    'where there was none, or where it is not known',
  ),
  object(
    'route',
    (ending) => ending.route,
    routeFields,
    "how the routes refuse the far end where nothing was sent, asked a moment after, without the packet's mark and user",
    "where the call's error is another than theirs, and where they were not asked",
  ),
  object(
    'drop',
    (ending) => ending.drop,
    synDropFields,
    'the SYNs, or their answers, of a connection that was not made that this kernel dropped',
    'where this kernel dropped none that is known, where the far end reset the connection, and before Linux 5.17',
  ),
  number('secondsAgo', (ending) => rounded(ending.secondsAgo, 3), 'since then'),
];
