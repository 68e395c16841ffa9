import type { Words } from '../../abi/layout.ts';
import { hasFigures, isConnection, isListener, type Socket } from '../../capture/ledger/socket.ts';
import type { Figures } from '../../capture/records/tcp-sample.ts';
import { Ranking } from '../list/ranking.ts';

/** What each sort of the connections pane compares, where that is a number. */
const NUMBERS: Record<string, (socket: Socket) => number> = {
  rate: ({ rxRate, txRate }) => rxRate + txRate,
  rxRate: ({ rxRate }) => rxRate,
  txRate: ({ txRate }) => txRate,
  rttUs: ({ rttUs }) => rttUs,
  retransmits: ({ retransmits }) => retransmits,
  congestionWindow: (socket) => (hasFigures(socket) ? socket.figures.congestionWindow : -1),
  sendQueue: (socket) => (hasFigures(socket) ? socket.figures.sendQueue : -1),
  receiveQueue: (socket) => (hasFigures(socket) ? socket.figures.receiveQueue : -1),
  backlog: (socket) => (isListener(socket) ? fill(socket.figures) : -1),
  ageSeconds: ({ openedNs }) => -openedNs, // 0, older than nettop, is the oldest
  state: ({ state }) => state,
};

const OTHERS: Record<string, (a: Socket, b: Socket) => number> = {
  local: (a, b) => compareWords(a.source, b.source) || a.sourcePort - b.sourcePort,
  remote: (a, b) => compareWords(a.destination, b.destination) || a.destinationPort - b.destinationPort,
  process: (a, b) => (a.process === b.process ? 0 : a.process < b.process ? -1 : 1),
};

const fill = ({ receiveQueue, sendQueue }: Figures): number => receiveQueue / Math.max(1, sendQueue);

/**
 * Orders the same sockets by one sort after another. Equal rows keep a fixed order, so that rows do not dance
 * from tick to tick.
 */
export function socketRanker(
  items: readonly Socket[],
): (sort: string, descending: boolean) => Ranking<Socket> {
  // in arrays of their own: each is compared many times
  const kinds = numbersOf(items, kind);
  const cookies = numbersOf(items, ({ cookie }) => cookie);
  const at = (values: ArrayLike<number>, index: number) => values[index] as number;
  const equal = (a: number, b: number) =>
    at(kinds, a) - at(kinds, b) || at(cookies, a) - at(cookies, b) || a - b;
  return (sort, descending) => {
    const compare = comparison(items, sort);
    const sign = descending ? -1 : 1;
    return new Ranking(items, (a, b) => sign * compare(a, b) || equal(a, b));
  };
}

function comparison(items: readonly Socket[], sort: string): (a: number, b: number) => number {
  const number = NUMBERS[sort];
  const other = OTHERS[sort];
  if (number) {
    const values = numbersOf(items, number);
    return (a, b) => (values[a] as number) - (values[b] as number);
  }
  if (!other) throw new RangeError('no such sort');
  return (a, b) => other(items[a] as Socket, items[b] as Socket);
}

/** As Float64Array.from, which takes ten times as long. */
function numbersOf(items: readonly Socket[], number: (socket: Socket) => number): Float64Array {
  const values = new Float64Array(items.length);
  for (let at = 0; at < items.length; at++) values[at] = number(items[at] as Socket);
  return values;
}

function compareWords(a: Words, b: Words): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

/** Where nothing else tells: what carries traffic, what may, what is closed. */
function kind(socket: Socket): number {
  if (socket.mini || socket.closed) return 3;
  if (isListener(socket)) return 2;
  return isConnection(socket) ? 0 : 1;
}
