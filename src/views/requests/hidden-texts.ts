import type { Exchange, Owner, Talker } from '../../capture/exchanges/exchange.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { HiddenText } from '../../panes/requests/texts.ts';
import type { Chosen, TextFeed } from './text-feed.ts';

const MOST_PROCESSES = 256;
/** Handshakes whose owner is not known yet, and processes that are looked at once a tick. */
const MOST_WAITING = 1024;

/** Processes that speak TLS with what nettop does not see. */
export class HiddenTexts {
  private readonly found = new Map<number, HiddenText>();
  private waiting: Exchange[] = [];

  constructor(private readonly ownerOf: (talker: Talker) => Owner | null) {}

  get list(): HiddenText[] {
    return [...this.found.values()];
  }

  /** A handshake that ended: whose it is may be learned later. */
  note(exchange: Exchange): void {
    if (this.waiting.length < MOST_WAITING) this.waiting.push(exchange);
  }

  look(feed: TextFeed, chosen: Chosen): void {
    const processes = new Map<number, string>();
    for (const { owner, talker } of this.waiting.splice(0)) {
      const { pid, process } = owner ?? this.ownerOf(talker) ?? { pid: 0, process: null };
      if (pid > 0) processes.set(pid, process ?? '?');
    }
    for (const [pid, process] of processes) {
      const why = chosen.of(pid, process) === 'no' ? null : feed.invisible(pid);
      if (why === null) continue;
      this.found.set(pid, { pid, process, why });
      evictOldest(this.found, MOST_PROCESSES);
    }
  }

  forget(): void {
    this.waiting = [];
    this.found.clear();
  }
}
