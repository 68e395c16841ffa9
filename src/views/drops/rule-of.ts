import type { Drop } from '../../capture/ledger/drop-ledger.ts';
import type { Machine } from '../../machine/machine.ts';
import type { DroppingRule } from '../../model/model.ts';
import type { DropRow } from '../../panes/drops/row.ts';

const NETFILTER = 'NETFILTER_DROP';

/** The rule of nftables that dropped the packets of a row; inferred it is that of the newest. null: not known. */
export function ruleOf(
  { netns, last: sample, rule, table }: Drop,
  { reason, last, interface: device }: DropRow,
  machine: Pick<Machine, 'droppingRule' | 'ruleByHandle'>,
): DroppingRule | null {
  if (rule) return machine.ruleByHandle(netns, table, rule);
  if (reason !== NETFILTER || !last?.source || !sample) return null;
  const { source, destination, sourcePort, destinationPort, length } = last;
  const { protocol } = sample;
  const packet = { netns, protocol, source, destination, sourcePort, destinationPort, length };
  return machine.droppingRule({ ...packet, interface: device || null });
}
