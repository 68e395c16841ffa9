import type { Endings } from '../../capture/ledger/endings.ts';
import type { Socket } from '../../capture/ledger/socket.ts';
import { formatAddress } from '../../filter/address.ts';
import type { Failure } from '../../model/alerts/look.ts';

const NO_PORT = 'EADDRNOTAVAIL';

/** Connections that were not made, each told once. */
export class Failures {
  /** Number of the last end that was looked at. */
  private last = -1;

  constructor(private readonly endings: Pick<Endings, 'all'>) {}

  /** Those since the last call. */
  take(): Failure[] {
    const found: Failure[] = [];
    for (const socket of this.endings.all()) {
      const { closed } = socket;
      if (!closed || closed.number <= this.last) continue;
      this.last = closed.number;
      const cause = causeOf(socket);
      if (cause) found.push(failure(socket, cause));
    }
    return found;
  }
}

function failure(socket: Socket, cause: Failure['cause']): Failure {
  const { owner, netns, destination, destinationPort } = socket;
  return {
    pid: owner?.pid || null,
    process: owner?.process || null,
    netns,
    remoteAddress: formatAddress(destination),
    remotePort: destinationPort,
    cause,
  };
}

/** null: the connection was made. */
function causeOf({ closed, sourcePort }: Socket): Failure['cause'] | null {
  if (!closed) return null;
  const { cause, error, reason } = closed.told;
  if (sourcePort === 0 && (error === NO_PORT || reason === 'bind()')) return 'no free port';
  return cause === 'closed' || cause === 'reset' ? null : cause;
}
