import type { Words } from '../../abi/layout.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { Exchange, Talker } from './exchange.ts';

/** Exchanges that wait for their other end; the one that began first waits no more. */
const MOST_ALONE = 16_384;

/**
 * The two ends of what programs of this machine ask of each other. Their sockets have each other's addresses, and both
 * have the request at the same sequence number: so nothing that changes one of these stands between them. The end that
 * answers has the request before it answers, so that each knows the other one when it ends.
 */
export class BothEnds {
  private readonly alone = new Map<number, Exchange>();
  /** The one that began last, if it is alone: mostly the next one is its other end, else it is put among the rest. */
  private newest: Exchange | null = null;

  /** An exchange that began; whether its other end did before. */
  join(exchange: Exchange): boolean {
    if (exchange.start === null) return false;
    const other = this.otherEnd(exchange);
    if (other === null) {
      this.newest = exchange;
      return false;
    }
    exchange.peer = other;
    other.peer = exchange;
    return true;
  }

  /** It is alone no more; null: it did not begin yet. */
  private otherEnd(exchange: Exchange): Exchange | null {
    const { alone, newest } = this;
    this.newest = null;
    if (newest !== null) {
      if (isOtherEnd(newest, exchange)) return newest;
      alone.set(keyOf(newest), newest);
      evictOldest(alone, MOST_ALONE);
    }
    if (alone.size === 0) return null;
    const key = keyOf(exchange);
    const other = alone.get(key);
    if (!other || !isOtherEnd(other, exchange)) return null;
    alone.delete(key);
    return other;
  }
}

/** Both ends have the same. */
const keyOf = ({ talker, isClient, start }: Exchange): number =>
  ((start ?? 0) >>> 0) * 0x1_0000 + (isClient ? talker.localPort : talker.remotePort);

const isOtherEnd = (a: Exchange, b: Exchange): boolean =>
  a.isClient !== b.isClient &&
  a.protocol === b.protocol &&
  a.start === b.start &&
  a.dns?.name === b.dns?.name &&
  areEnds(a.talker, b.talker);

const areEnds = (a: Talker, b: Talker): boolean =>
  a.transport === b.transport &&
  a.localPort === b.remotePort &&
  a.remotePort === b.localPort &&
  areSame(a.local, b.remote) &&
  areSame(a.remote, b.local);

const areSame = (a: Words, b: Words): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];
