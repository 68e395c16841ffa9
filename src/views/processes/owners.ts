import type { Asker } from '../../capture/exchanges/asked-names.ts';
import type { Owner, Talker } from '../../capture/exchanges/exchange.ts';
import type { Socket } from '../../capture/ledger/socket.ts';
import type { SocketOwner } from '../../capture/records/socket-owner.ts';
import type { Feed } from '../feed.ts';
import type { ProcessNames } from './process-names.ts';

/** What tells connections apart that had the same cookie: before Linux 5.12 it is the address of the socket. */
type Ends = Pick<Talker, 'transport' | 'localPort' | 'remotePort'>;

/** Owners of sockets by cookie: what the kernel's side has learned by now, else what a closed one was. */
export class Owners {
  constructor(
    private readonly feed: Pick<Feed, 'owner'> & { books: Pick<Feed['books'], 'ledger' | 'endings'> },
    private readonly names: ProcessNames,
  ) {}

  /** Whose it is by pid and start; null: not learned. */
  asker(talker: Talker): Asker | null {
    const socket = this.socket(talker.cookie, talker);
    return this.learned(talker.cookie, socket, talker) ?? socket?.owner ?? null;
  }

  /** null: not learned. `ends`: of the one that is meant, which another may have followed under this cookie. */
  of(cookie: number, ends: Ends | null = null): Owner | null {
    if (cookie === 0) return null;
    const socket = this.socket(cookie, ends);
    const learned = this.learned(cookie, socket, ends);
    const netns = learned?.netns ?? (socket?.netns || null);
    if (learned) {
      const { pid, uid } = learned;
      return { pid, uid, process: this.names.get(pid, cookie), netns };
    }
    if (!socket || socket.pid === 0) return null;
    return { pid: socket.pid, process: socket.process, uid: socket.owner?.uid ?? null, netns };
  }

  /** As it is, or as it was when it closed. */
  private socket(cookie: number, ends: Ends | null): Socket | undefined {
    const { ledger, endings } = this.feed.books;
    const newest = ledger.talker(cookie) ?? ledger.closed.earlier(cookie) ?? endings.find(String(cookie));
    return !newest || isMeant(newest, ends)
      ? newest
      : endings.last((one) => one.cookie === cookie && isMeant(one, ends));
  }

  /** What the kernel's side knows is of the newest socket under this cookie. */
  private learned(cookie: number, socket: Socket | undefined, ends: Ends | null): SocketOwner | null {
    const newest = this.feed.books.ledger.find(cookie);
    const isAnothers = newest ? !isMeant(newest, ends) : socket?.closed && socket.pid !== 0;
    return isAnothers ? null : this.feed.owner(cookie);
  }
}

/** By the ports; a socket of UDP may have any. */
function isMeant({ sourcePort, destinationPort }: Socket, ends: Ends | null): boolean {
  return ends?.transport !== 'tcp' || (sourcePort === ends.localPort && destinationPort === ends.remotePort);
}
