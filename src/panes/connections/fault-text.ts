import type { ConnectionRow, RetransmitFaults, SegmentDrop } from '../../model/model.ts';
import type { Field } from '../fields.ts';
import { ruleLines } from '../rule.ts';

/** "NETFILTER_DROP in nf_hook_slow at eth0", "QDISC_DROP by tbf at eth0", "acknowledgment, NO_SOCKET in …, netns web" */
export function formatSegmentDrop(drop: SegmentDrop, ownNetns: number | null): string {
  const { reason, place, qdisc, interface: device, netns, netnsName, acknowledgment } = drop;
  const where = place === null ? null : `in ${place.replace(/\+0x[0-9a-f]+/, '')}`;
  const words = [
    acknowledgment ? 'acknowledgment,' : null,
    reason,
    qdisc === null ? where : `by ${qdisc}`,
    device === null ? null : `at ${device}`,
  ];
  const text = words.filter((word) => word !== null).join(' ');
  return netns === null || netns === ownNetns ? text : `${text}, netns ${netnsName ?? netns}`;
}

/** "8 dropped here, 3 lost on the path, 1 not known"; '' where there is nothing to tell. */
export function formatFaults({ local, path }: RetransmitFaults, retransmits: number): string {
  const unknown = Math.max(0, retransmits - local - path);
  if (local + path === 0) return '';
  const parts = [
    local > 0 ? `${local} dropped here` : null,
    path > 0 ? `${path} lost on the path` : null,
    unknown > 0 ? `${unknown} not known` : null,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** Lines of the inspector: whose fault the retransmits were, and the newest of it that was dropped here. */
export function faultFields({ faults, retransmits, netns }: ConnectionRow, width: number): Field[] {
  if (faults === null) return [];
  const { drop, dropped } = faults;
  const told = formatFaults(faults, retransmits);
  const times = dropped > 0 ? `${dropped} packets, newest ` : '';
  return [
    ...(told === '' ? [] : [['', told] as const]),
    ...(drop === null ? [] : [['dropped here', times + formatSegmentDrop(drop, netns)] as const]),
    ...(drop?.rule ? ruleLines(drop.rule, width) : []),
  ];
}
