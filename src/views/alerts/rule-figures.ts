import { isConnection, type Socket } from '../../capture/ledger/socket.ts';
import type { AlertRule } from '../../model/alerts/rule.ts';
import type { Connections } from '../connections/connections.ts';

/** What a socket had at the look before. */
interface Before {
  retransmits: number;
  sent: number;
}

/** Sums over the connections that a rule's filter lets through. */
interface Sums {
  connections: number;
  failures: number;
  rx: number;
  tx: number;
  rttUs: number;
  again: number;
  sent: number;
}

/** The figures that the user's own rules ask for, one a rule. */
export class RuleFigures {
  private before = new Map<number, Before>();
  private lastEnd = -1;
  private tookNs: number | null = null;

  constructor(
    private readonly rules: readonly AlertRule[],
    private readonly connections: Pick<Connections, 'all' | 'matches'>,
    private readonly endings: { all(): Iterable<Socket> },
  ) {
    if (rules.length > 0) this.failed();
  }

  /** Since the last call; null: nothing is known of it. */
  take(nowNs: number): (number | null)[] {
    if (this.rules.length === 0) return [];
    const seconds = this.tookNs === null ? 0 : (nowNs - this.tookNs) / 1e9;
    this.tookNs = nowNs;
    const open = this.connections.all(false).filter(isConnection);
    const failed = this.failed();
    const values = this.rules.map((rule) => figureOf(rule, this.sums(rule, open, failed), seconds));
    this.before = new Map(
      open.map(({ cookie, retransmits, figures }) => [
        cookie,
        { retransmits, sent: figures.segmentsSent ?? 0 },
      ]),
    );
    return values;
  }

  private sums({ filter }: AlertRule, open: readonly Socket[], failed: readonly Socket[]): Sums {
    const matches = (socket: Socket) => filter === null || this.connections.matches(filter, socket);
    const sums: Sums = { connections: 0, failures: 0, rx: 0, tx: 0, rttUs: 0, again: 0, sent: 0 };
    for (const socket of open) if (matches(socket)) this.add(sums, socket);
    for (const socket of failed) if (matches(socket)) sums.failures++;
    return sums;
  }

  private add(sums: Sums, { cookie, rxRate, txRate, rttUs, retransmits, figures }: Socket): void {
    const before = this.before.get(cookie) ?? { retransmits, sent: figures.segmentsSent ?? 0 };
    sums.connections++;
    sums.rx += rxRate;
    sums.tx += txRate;
    sums.rttUs = Math.max(sums.rttUs, rttUs);
    sums.again += retransmits - before.retransmits;
    sums.sent += (figures.segmentsSent ?? 0) - before.sent;
  }

  private failed(): Socket[] {
    const found: Socket[] = [];
    for (const socket of this.endings.all()) {
      const { closed } = socket;
      if (!closed || closed.number <= this.lastEnd) continue;
      this.lastEnd = closed.number;
      if (!['closed', 'reset'].includes(closed.told.cause)) found.push(socket);
    }
    return found;
  }
}

function figureOf({ figure }: AlertRule, sums: Sums, seconds: number): number | null {
  const { connections, failures, rx, tx, rttUs, again, sent } = sums;
  switch (figure) {
    case 'connections':
      return connections;
    case 'failures':
      return seconds > 0 ? failures / seconds : null;
    case 'retransmits':
      return seconds > 0 ? again / seconds : null;
    case 'retransmitPercent':
      return sent > 0 ? (again / sent) * 100 : null;
    case 'rx':
      return rx;
    case 'tx':
      return tx;
    case 'rate':
      return rx + tx;
    case 'rtt':
      return rttUs > 0 ? rttUs / 1000 : null;
  }
}
