import {
  array,
  boolean,
  type Field,
  number,
  object,
  type RecordKind,
  rounded,
  string,
  time,
} from '../../model/record.ts';
import { machineField } from '../machine.ts';
import { ruleFields } from '../rule.ts';
import { adviceFor } from './advice.ts';
import type { DropRow } from './row.ts';

const lastFields: readonly Field<NonNullable<DropRow['last']>>[] = [
  time(
    'time',
    (last) => last.timeUs,
    'when the newest packet was dropped, or the count was seen to grow; `last` is `null` where that found no room in the kernel, and for counts of a network namespace',
  ),
  string(
    'protocol',
    (last) => last.protocol,
    'as for packets; outside IP `"arp"`, or the EtherType as `"ether-88cc"`; `""` where the IP header is not in the linear part of the buffer',
  ),
  string(
    'source',
    (last) => last.source,
    'addresses; `""` outside IP, and where the header cannot be read; of a listener\'s count its own address is the destination, and the source is `""`',
  ),
  number(
    'sourcePort',
    (last) => last.sourcePort,
    'port of the sender',
    'outside TCP and UDP, and where not known',
  ),
  string(
    'destination',
    (last) => last.destination,
    'addresses; `""` outside IP, and where the header cannot be read; of a listener\'s count its own address is the destination, and the source is `""`',
  ),
  number(
    'destinationPort',
    (last) => last.destinationPort,
    'port of the receiver',
    'outside TCP and UDP, and where not known',
  ),
  number('sequence', (last) => last.sequence, 'absolute, as on the wire', 'outside TCP and where not known'),
  number(
    'acknowledgment',
    (last) => last.acknowledgment,
    'absolute, as on the wire',
    'outside TCP and where not known',
  ),
  array('flags', (last) => last.flags, 'TCP flags'),
  number('length', (last) => last.length, 'IP total length in bytes', 'where not known'),
];

/** One object a drop in JSON. */
export const dropRecord: RecordKind<DropRow> = {
  type: 'drop',
  about: '`nettop drops`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    string(
      'dropReason',
      (row) => row.reason,
      'the kernel\'s name, such as `"NO_SOCKET"`, where no packet was freed that of its counter, such as `"ListenOverflows"`',
      'before Linux 5.17',
    ),
    string(
      'dropPlace',
      (row) => row.place,
      'kernel function and offset that dropped the packets',
      'where the kernel hides its addresses, and where no packet was freed',
    ),
    string(
      'advice',
      (row) => row.finding?.advice ?? adviceFor(row.reason),
      'what the reason, or the cause, means and what to look at',
      'where there is nothing to say',
    ),
    string(
      'cause',
      (row) => row.finding?.cause ?? null,
      'why, where the reason has several causes or is none and what is known beside it tells, such as `"conntrack table full"`',
      'elsewhere',
    ),
    boolean('inferred', (row) => row.finding !== null, "`cause` and `advice` are nettop's inference"),
    object(
      'rule',
      (row) => row.rule,
      ruleFields,
      'the rule of nftables that dropped the newest packet, as its headers and the ruleset say it',
      'where netfilter did not drop it, where no rule can have, and while the ruleset is not read',
    ),
    string(
      'countedBy',
      (row) => row.countedBy,
      '`"packet"`: packets that were freed as dropped; `"socket"`: what the listener counts; `"namespace"`: what is known of the network namespace alone',
    ),
    boolean(
      'lost',
      (row) => row.isLoss,
      '`false`: nothing was lost; the kernel had to do something else, such as send SYN cookies',
    ),
    string(
      'interface',
      (row) => row.interface,
      'where the packet was, or where it came in; `"#7"` for number 7 of another network namespace, `""` where there was none',
    ),
    number('netns', (row) => row.netns, 'inode of the network namespace', 'where not known'),
    string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
    number('pid', (row) => row.pid, 'owner of the socket', 'where there is none or it is not known'),
    string('process', (row) => row.process, 'owner of the socket', 'where there is none or it is not known'),
    number('drops', (row) => row.count, 'since the command started'),
    number(
      'bytes',
      (row) => row.bytes,
      'of IP packets, since the command started',
      'where no packet was freed',
    ),
    number(
      'dropsPerSecond',
      (row) => (row.perSecond === null ? null : rounded(row.perSecond, 3)),
      'over the last interval',
      'where it was not counted for long enough',
    ),
    object(
      'last',
      (row) => row.last,
      lastFields,
      'the newest packet that was dropped',
      'where it found no room in the kernel, and for counts of a network namespace',
    ),
    machineField,
  ],
};

/** Drops that are in no row. */
export const notCountedRecord: RecordKind<number> = {
  type: 'notCounted',
  about: '`nettop drops`, where drops could not be counted',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number(
      'drops',
      (drops) => drops,
      "drops that are in no other line: the kernel's map had no room, or the program ran on that CPU already",
    ),
  ],
};
