import { grouped } from '../model/grouped.ts';
import type { ConnectionRow } from '../model/model.ts';
import { percentilesOf } from '../model/percentile.ts';
import { failureOf } from '../run/destinations.ts';
import { farEnd, isConnect } from '../run/steps.ts';
import type { Figures } from './figures.ts';

interface Moved {
  rxBytes: number;
  txBytes: number;
  retransmits: number;
}

/** A connection as it was seen last; it counts from what it had at the first look on. */
interface Seen extends Moved {
  end: string;
  connectUs: number | null;
  isFailed: boolean;
  before: Moved;
}

const NOTHING: Moved = { rxBytes: 0, txBytes: 0, retransmits: 0 };

/** Connections of a recording by process and the end that serves, those too that closed. */
export class ConnectionSums {
  private readonly seen = new Map<string, Seen>();
  /** Where somebody listened. */
  private readonly ports = new Set<number>();

  /** `isFirst`: what they have was counted before the recording. */
  look(rows: readonly ConnectionRow[], isFirst: boolean): void {
    for (const { state, localPort } of rows) if (state === 'LISTEN') this.ports.add(localPort);
    for (const row of rows) {
      if (row.state === 'LISTEN' || isOver(row)) continue;
      const known = this.seen.get(row.key);
      const moved = movedOf(row);
      this.seen.set(row.key, {
        ...moved,
        end: this.endOf(row),
        connectUs: row.life?.connectUs ?? known?.connectUs ?? null,
        isFailed: failureOf(row) !== null,
        before: known?.before ?? (isFirst ? moved : NOTHING),
      });
    }
  }

  figures(): Map<string, Figures> {
    const groups = grouped(this.seen.values(), ({ end }) => end);
    return new Map([...groups].map(([end, members]) => [end, sumUp(members)]));
  }

  private endOf(row: ConnectionRow): string {
    const { protocol, process, localPort } = row;
    const whose = process ?? '?';
    return this.isAccepted(row)
      ? `${whose} ← :${localPort} ${protocol}`
      : `${whose} → ${farEnd(row)} ${protocol}`;
  }

  /** Of what is older than the recording, and of UDP, who began is told by the ports. */
  private isAccepted(row: ConnectionRow): boolean {
    const { protocol, life, localPort, remotePort } = row;
    if (protocol === 'tcp') return life === null ? this.ports.has(localPort) : !isConnect(row);
    return remotePort === 0 || localPort < remotePort;
  }
}

/** What is left of one that had closed before the recording began. */
const isOver = ({ state, rxBytes }: ConnectionRow): boolean => state === 'TIME_WAIT' && rxBytes === null;

function movedOf({ rxBytes, txBytes, retransmits }: ConnectionRow): Moved {
  return { rxBytes: rxBytes ?? 0, txBytes: txBytes ?? 0, retransmits };
}

function sumUp(members: readonly Seen[]): Figures {
  const moved = (what: keyof Moved) =>
    members.reduce((sum, one) => sum + Math.max(0, one[what] - one.before[what]), 0);
  return {
    connections: members.length,
    failed: members.filter(({ isFailed }) => isFailed).length,
    retransmits: moved('retransmits'),
    connectMicroseconds: percentilesOf(members.flatMap(({ connectUs }) => connectUs ?? []))(50),
    transmitBytes: moved('txBytes'),
    receiveBytes: moved('rxBytes'),
  };
}
