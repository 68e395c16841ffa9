import type { CounterLoss } from '../../capture/ledger/counter-losses.ts';
import type { Drop } from '../../capture/ledger/drop-ledger.ts';
import type { DropCount, DropKey } from '../../capture/records/drop-record.ts';
import { formatAddress } from '../../filter/address.ts';
import type { Subject } from '../../filter/terms.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { DropRow } from '../../panes/drops/row.ts';
import type { DropRowNames } from './drop-rows.ts';

export const NO_COUNT: DropCount = { count: 0, bytes: 0, stack: 0 };

/** As if packets had been freed: the reason and the place of none. */
export function lossKey({ netns, socket }: CounterLoss): DropKey {
  const pid = socket?.owner?.pid ?? 0;
  return { place: 0n, reason: 0, interface: 0, netns, pid, generation: 0, traits: 0, rule: 0, table: 0 };
}

/** A row of what was counted, by a listener or a network namespace. */
export function lossRow(drop: Drop, loss: CounterLoss, names: DropRowNames, nowNs: number): DropRow {
  const { counter, netns, socket, atNs } = loss;
  return {
    key: drop.id,
    reason: counter,
    place: null,
    countedBy: socket ? 'socket' : 'namespace',
    isLoss: loss.isLoss,
    finding: null,
    rule: null,
    interface: '',
    netns,
    netnsName: names.netns(netns),
    pid: socket?.owner?.pid || null,
    process: socket?.owner?.process || null,
    perSecond: drop.perSecond,
    count: drop.counted.count,
    bytes: null,
    history: drop.history,
    last: socket && {
      timeUs: Math.floor(names.epochUs + atNs / 1000),
      ageSeconds: Math.max(0, nowNs - atNs) / 1e9,
      protocol: 'tcp',
      source: '',
      destination: formatAddress(socket.source),
      sourcePort: null,
      destinationPort: socket.sourcePort,
      sequence: null,
      acknowledgment: null,
      flags: ['SYN'],
      length: null,
    },
  };
}

/** As a filter sees it: of the packets the protocol is known, and of a listener's where they were to go. */
export function lossSubject({ netns, socket }: CounterLoss): Subject {
  const common = { netns, protocol: PROTOCOLS.tcp, dropped: true };
  if (!socket) return common;
  const isAny = socket.source.every((word, index) => word === 0 || (index === 2 && word === 0xffff));
  return {
    ...common,
    pid: socket.owner?.pid ?? 0,
    process: socket.owner?.process ?? null,
    family: isAny ? undefined : socket.family,
    destination: isAny ? undefined : socket.source,
    destinationPort: socket.sourcePort,
  };
}
