import type { ConnectionRow, SegmentDrop } from '../../model/model.ts';
import { boolean, type Field, number, object, string } from '../../model/record.ts';
import { ruleFields } from '../rule.ts';

const UNTOLD = 'before Linux 5.17, and where it is no connection';

export const segmentDropFields: readonly Field<SegmentDrop>[] = [
  string(
    'reason',
    (drop) => drop.reason,
    'why this kernel dropped a segment of the connection, or an acknowledgment to it, and in which function: as `dropReason` and `dropPlace` below',
    'where the kernel does not say',
  ),
  string(
    'place',
    (drop) => drop.place,
    'why this kernel dropped a segment of the connection, or an acknowledgment to it, and in which function: as `dropReason` and `dropPlace` below',
    'where the kernel does not say',
  ),
  string(
    'interface',
    (drop) => drop.interface,
    'the interface at which it was',
    'on the way out before it had one',
  ),
  string(
    'qdisc',
    (drop) => drop.qdisc,
    'the discipline of its queue, such as `"tbf"`, where that dropped it: the outermost, of several within each other',
    'where none did',
  ),
  number(
    'netns',
    (drop) => drop.netns,
    'inode and name of the network namespace in which it was',
    'where not known',
  ),
  string(
    'netnsName',
    (drop) => drop.netnsName,
    'inode and name of the network namespace in which it was',
    'where not known',
  ),
  boolean(
    'acknowledgment',
    (drop) => drop.acknowledgment,
    'the segment had come to the far end, and what was dropped is its acknowledgment',
  ),
  object(
    'rule',
    (drop) => drop.rule,
    ruleFields,
    'the rule of nftables that dropped it, as in a drop',
    'where netfilter did not drop it, where no rule can have, and while the ruleset is not read',
  ),
];

/** Whose fault a connection's retransmits were. */
export const faultFields: readonly Field<ConnectionRow>[] = [
  number(
    'retransmitsLocal',
    (row) => row.faults?.local ?? null,
    'of `retransmits` those of what this kernel had dropped itself, in any network namespace, and those of which it dropped nothing: the path lost them, or was late. What is in neither is not known: it was before nettop, or too much was dropped at once',
    UNTOLD,
  ),
  number(
    'retransmitsPath',
    (row) => row.faults?.path ?? null,
    'of `retransmits` those of what this kernel had dropped itself, in any network namespace, and those of which it dropped nothing: the path lost them, or was late. What is in neither is not known: it was before nettop, or too much was dropped at once',
    UNTOLD,
  ),
  number(
    'segmentsDropped',
    (row) => row.faults?.dropped ?? null,
    'packets with its segments that this kernel dropped while they were known to be its own, whether they were sent again or, as the socket was told of it, sent later for the first time',
    UNTOLD,
  ),
  object(
    'drop',
    (row) => row.faults?.drop ?? null,
    segmentDropFields,
    'the newest thing of it that this kernel dropped',
    'where it dropped nothing that is known',
  ),
];
