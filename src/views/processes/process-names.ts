import type { Machine } from '../../machine/machine.ts';
import type { Feed } from '../feed.ts';

const MOST = 4096;

/** Names of the owners that packets carry by number. */
export class ProcessNames {
  /** Of processes that the ledger does not have; null: not asked for again. */
  private readonly others = new Map<number, string | null>();

  constructor(
    private readonly feed: Pick<Feed, 'ownerName'> & { books: Pick<Feed['books'], 'ledger'> },
    private readonly machine: Pick<Machine, 'processName'>,
  ) {}

  /** The ledger's name, else the socket's owner's, else what /proc says; null when all are gone. */
  get(pid: number, cookie: number): string | null {
    const known = this.feed.books.ledger.people.names.get(pid);
    if (known !== undefined) return known;
    const other = this.others.get(pid);
    if (other !== undefined) return other;
    const name = this.feed.ownerName(cookie) ?? this.machine.processName(pid);
    if (this.others.size >= MOST) this.others.clear();
    this.others.set(pid, name);
    return name;
  }
}
