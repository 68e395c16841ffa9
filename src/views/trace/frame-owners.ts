import { processKey } from '../../capture/ledger/process.ts';
import type { FrameOwner } from '../../model/frame.ts';
import type { Feed } from '../feed.ts';
import type { People } from '../processes/people.ts';

/** Users, units and containers of the processes that packets belong to. */
export class FrameOwners {
  constructor(
    private readonly feed: Pick<Feed, 'owner'> & { books: Pick<Feed['books'], 'ledger'> },
    private readonly people: Pick<People, 'about' | 'begun'>,
  ) {}

  /** null: the process that had the socket is not known any more. */
  get(pid: number, cookie: number): FrameOwner | null {
    const { ledger } = this.feed.books;
    if (pid === 0) return null;
    const socket = ledger.talker(cookie) ?? ledger.closed.earlier(cookie);
    const owner = [this.feed.owner(cookie), socket?.owner].find((one) => one?.pid === pid);
    if (!owner) return null;
    const process = ledger.processes.get(processKey(pid, owner.startNs));
    const about = process ? this.people.about(process) : this.people.begun(pid, owner.startNs);
    return {
      uid: process?.uid ?? owner.uid,
      unit: about?.unit ?? null,
      container: about?.container ? (about.container.name ?? about.container.id) : null,
    };
  }
}
