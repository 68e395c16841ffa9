import type { Asker } from '../../capture/exchanges/asked-names.ts';
import type { Owner } from '../../capture/exchanges/exchange.ts';
import type { Feed } from '../feed.ts';
import type { ProcessNames } from './process-names.ts';

/** Owners of sockets by cookie: what the kernel's side has learned by now, else what a closed one was. */
export class Owners {
  constructor(
    private readonly feed: Feed,
    private readonly names: ProcessNames,
  ) {}

  /** Whose it is by pid and start; null: not learned. */
  asker(cookie: number): Asker | null {
    return this.feed.owner(cookie) ?? this.socket(cookie)?.owner ?? null;
  }

  /** null: not learned. */
  of(cookie: number): Owner | null {
    if (cookie === 0) return null;
    const socket = this.socket(cookie);
    const learned = this.feed.owner(cookie);
    const netns = learned?.netns ?? (socket?.netns || null);
    if (learned) {
      const { pid, uid } = learned;
      return { pid, uid, process: this.names.get(pid, cookie), netns };
    }
    if (!socket || socket.pid === 0) return null;
    return { pid: socket.pid, process: socket.process, uid: socket.owner?.uid ?? null, netns };
  }

  /** As it is, or as it was when it closed. */
  private socket(cookie: number) {
    const { ledger, endings } = this.feed.books;
    return ledger.talker(cookie) ?? ledger.closed.earlier(cookie) ?? endings.find(String(cookie));
  }
}
