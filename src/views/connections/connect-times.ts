import { isConnection, type Socket } from '../../capture/ledger/socket.ts';
import type { LifeSample } from '../../capture/records/life-record.ts';
import { ESTABLISHED, SYN_SENT } from '../../capture/records/states.ts';

/** How long connections took to be made, as the kernel is asked for each once. */
export class ConnectTimes {
  private readonly known = new WeakMap<Socket, number | null>();

  constructor(private readonly lives: { of(cookie: number): LifeSample | null }) {}

  /** From the first SYN to ESTABLISHED, µs; null: it was accepted, is older than nettop, or never came there. */
  of(socket: Socket): number | null {
    if (!isConnection(socket) || socket.mini) return null;
    const known = this.known.get(socket);
    if (known !== undefined) return known;
    const isUnderWay = !socket.closed && socket.state === SYN_SENT;
    if (isUnderWay) return null;
    const found = connectUs(socket.closed ? socket.closed.life : this.lives.of(socket.cookie));
    this.known.set(socket, found);
    return found;
  }
}

/** The same of a life. */
export function connectUs(life: LifeSample | null): number | null {
  const [first] = life?.states ?? [];
  const made = life?.states.find(({ state }) => state === ESTABLISHED);
  return first?.state === SYN_SENT && made ? (made.enteredNs - first.enteredNs) / 1000 : null;
}
