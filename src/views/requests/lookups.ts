import type { Exchange } from '../../capture/exchanges/exchange.ts';
import { formatAddress } from '../../filter/address.ts';
import { evictOldest } from '../../model/oldest.ts';

/** An address that was looked up longer ago was not looked up for a connection. */
const JUST_BEFORE_NS = 1e9;
const MOST_ADDRESSES = 4096;

/** When processes looked up addresses, for the connections that they make to them then. */
export class Lookups {
  private readonly newest = new Map<string, Exchange>();

  /** A query that was answered. */
  learn(exchange: Exchange): void {
    const { dns, isClient, owner, lastNs } = exchange;
    if (!dns || !isClient || !owner || lastNs === null) return;
    for (const address of dns.answers) {
      const key = `${owner.pid} ${address}`;
      this.newest.delete(key);
      this.newest.set(key, exchange);
      evictOldest(this.newest, MOST_ADDRESSES);
    }
  }

  /** Says in a connection's first request when its address was looked up. */
  tell({ opening, owner, talker }: Exchange): void {
    if (!opening || !owner) return;
    const { connectingNs } = opening;
    const found = this.newest.get(`${owner.pid} ${formatAddress(talker.remote)}`);
    const answeredNs = found?.lastNs ?? null;
    if (!found || answeredNs === null) return;
    if (answeredNs > connectingNs || connectingNs - answeredNs > JUST_BEFORE_NS) return;
    opening.nameAskedNs = found.beganNs;
    opening.nameAnsweredNs = answeredNs;
  }
}
