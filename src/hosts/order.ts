import { parseAddress } from '../filter/address.ts';
import type { Row } from '../model/model.ts';

type Value = number | string;
/** A row of whatever pane. */
type Members = Record<string, unknown>;

/** A row of a machine, which is known by its place among them. */
export interface Entry<R = Row> {
  place: number;
  row: R;
}

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NEGATIVE_INFINITY);
const member = (value: unknown, name: string): unknown => (value as Members | null | undefined)?.[name];

/** An address, then its port, as text that has their order. */
function end(address: unknown, port: unknown): string {
  const words = parseAddress(String(address)) ?? [0, 0, 0, 0];
  return [...words, number(port)].map((word) => Math.max(0, word).toString(16).padStart(8, '0')).join('');
}

/** What orders go by that are not a member of the row by its name. */
const VALUES: Readonly<Record<string, (row: Members) => Value>> = {
  rate: ({ rxRate, txRate }) => Math.max(0, number(rxRate)) + Math.max(0, number(txRate)),
  wireRate: ({ wire }) =>
    Math.max(0, number(member(wire, 'rxRate'))) + Math.max(0, number(member(wire, 'txRate'))),
  rate10: ({ rxRate10, txRate10 }) => number(rxRate10) + number(txRate10),
  rate40: ({ rxRate40, txRate40 }) => number(rxRate40) + number(txRate40),
  bytes: ({ rxBytes, txBytes }) => number(rxBytes) + number(txBytes),
  packets: ({ rxPackets, txPackets }) => number(rxPackets) + number(txPackets),
  processes: ({ group }) => (group ? number(member(group, 'processes')) : 1),
  local: ({ localAddress, localPort }) => end(localAddress, localPort),
  remote: ({ remoteAddress, remotePort }) => end(remoteAddress, remotePort),
  congestionWindow: ({ tcp }) => number(member(tcp, 'congestionWindow')),
  sendQueue: ({ tcp }) => number(member(tcp, 'sendQueueBytes')),
  receiveQueue: ({ tcp }) => number(member(tcp, 'receiveQueueBytes')),
  backlog: ({ backlog }) =>
    number(member(backlog, 'waiting')) / Math.max(1, number(member(backlog, 'limit'))),
  ageSeconds: ({ ageSeconds }) => (typeof ageSeconds === 'number' ? ageSeconds : Number.POSITIVE_INFINITY),
  age: ({ last }) => (last ? number(member(last, 'ageSeconds')) : Number.POSITIVE_INFINITY),
};

function orderValue(row: Row, sort: string): Value | null {
  const made = VALUES[sort]?.(row as unknown as Members);
  const value = made ?? member(row, sort);
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** Below 0: the first comes first. 0: neither, or the rows do not say. */
export function comparison(sort: string, descending: boolean): (a: Row, b: Row) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [left, right] = [orderValue(a, sort), orderValue(b, sort)];
    if (left === null || right === null || typeof left !== typeof right) return 0;
    return left < right ? -sign : left > right ? sign : 0;
  };
}

/** Lists that are in order as one: what each machine has put in order stays so. */
export function merged<T>(lists: readonly (readonly T[])[], compare: (a: T, b: T) => number): T[] {
  return lists.reduce<T[]>((before, list) => {
    if (before.length === 0) return [...list];
    const all: T[] = [];
    let [left, right] = [0, 0];
    while (left < before.length && right < list.length) {
      const [a, b] = [before[left] as T, list[right] as T];
      if (compare(b, a) < 0) {
        all.push(b);
        right++;
      } else {
        all.push(a);
        left++;
      }
    }
    for (; left < before.length; left++) all.push(before[left] as T);
    for (; right < list.length; right++) all.push(list[right] as T);
    return all;
  }, []);
}
