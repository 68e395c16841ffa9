import { isConnection, type Socket } from '../../capture/ledger/socket.ts';
import type { LifeSample } from '../../capture/records/life-record.ts';
import { TCP } from '../../capture/records/socket-kinds.ts';
import { ESTABLISHED, STATE_NAMES, SYN_SENT, stateName } from '../../capture/records/states.ts';
import type { Ending } from '../../model/connection.ts';
import { OTHER } from '../../model/metrics/metric.ts';
import { connectUs } from '../connections/connect-times.ts';
import type { Feed } from '../feed.ts';
import type { MetricBook } from './metric-book.ts';
import { Retransmits } from './retransmit-metrics.ts';

/** What came of an attempt to connect, as it is written. */
const RESULTS: Readonly<Record<Exclude<Ending['cause'], 'closed'>, string>> = {
  refused: 'refused',
  'timed out': 'timeout',
  unreachable: 'unreachable',
  reset: 'reset',
  'given up': 'given_up',
  failed: 'failed',
};

/** TCP connections: how many in which state, how they were made, round trips, and what was sent again. */
export class ConnectionMetrics {
  /** Those of which it is counted how they were made. */
  private readonly made = new WeakSet<Socket>();
  private readonly retransmits: Retransmits;

  constructor(
    private readonly book: MetricBook,
    private readonly feed: Pick<Feed, 'books' | 'lives' | 'faults'>,
  ) {
    this.retransmits = new Retransmits(book, feed.faults);
    for (const result of ['ok', ...Object.values(RESULTS)]) book.of('connects').add([OTHER, result], 0);
    book.of('accepts').add([OTHER], 0);
    book.of('connectSeconds').add([OTHER], 0);
    book.of('rttSeconds').add([], 0);
    for (const socket of feed.books.sockets.values()) this.retransmits.begin(socket);
    feed.books.endings.added = (socket, closed) => {
      if (socket.protocol === TCP && closed.call === 0) this.end(socket, closed.life, closed.told.cause);
    };
  }

  tick(): void {
    const { ledger, sockets } = this.feed.books;
    const counts = new Map(STATE_NAMES.map((name) => [name, 0]));
    const count = ({ state }: Socket) =>
      counts.set(stateName(state), (counts.get(stateName(state)) ?? 0) + 1);
    for (const socket of sockets.values()) {
      if (socket.protocol !== TCP || socket.subflow) continue;
      count(socket);
      if (socket.sweep === ledger.sweeps && isConnection(socket)) this.moved(socket);
    }
    for (const socket of ledger.minis.sockets.values()) count(socket);
    const family = this.book.of('connections');
    family.clear();
    for (const [state, number] of counts) family.add([state], number);
  }

  /** An open connection that is new, or changed. */
  private moved(socket: Socket): void {
    this.retransmits.look(socket);
    if (socket.rxRate + socket.txRate > 0) this.roundTrip(socket);
    const isNew = socket.openedNs > 0 && socket.state !== SYN_SENT && socket.owner !== null;
    if (isNew && !this.made.has(socket)) this.make(socket, this.feed.lives.of(socket.cookie));
  }

  private end(socket: Socket, life: LifeSample | null, cause: Ending['cause']): void {
    this.retransmits.look(socket);
    if (this.made.has(socket)) return;
    this.roundTrip(socket);
    const isMade = life?.states.some(({ state }) => state === ESTABLISHED) ?? cause === 'closed';
    if (isMade) this.make(socket, life);
    else if (cause !== 'closed') this.book.of('connects').add([this.nameOf(socket), RESULTS[cause]], 1);
  }

  private make(socket: Socket, life: LifeSample | null): void {
    if (life === null) return; // older than nettop, or closed just now: its last record tells
    this.made.add(socket);
    const us = connectUs(life);
    const name = this.nameOf(socket);
    if (us === null) {
      this.book.of('accepts').add([name], 1);
      return;
    }
    this.book.of('connects').add([name, 'ok'], 1);
    this.book.of('connectSeconds').observe([name], us / 1e6);
  }

  private roundTrip({ rttUs }: Socket): void {
    if (rttUs > 0) this.book.of('rttSeconds').observe([], rttUs / 1e6);
  }

  private nameOf({ owner }: Socket): string {
    return owner ? this.book.roster('process').label(owner.process) : OTHER;
  }
}
