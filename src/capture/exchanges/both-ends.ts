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

  /** An exchange that began; whether its other end did before. */
  join(exchange: Exchange): boolean {
    const { talker, isClient, start } = exchange;
    if (start === null) return false;
    const key = (start >>> 0) * 0x1_0000 + (isClient ? talker.localPort : talker.remotePort);
    const other = this.alone.get(key);
    if (!other || !isOtherEnd(other, exchange)) {
      this.alone.set(key, exchange);
      evictOldest(this.alone, MOST_ALONE);
      return false;
    }
    this.alone.delete(key);
    exchange.peer = other;
    other.peer = exchange;
    return true;
  }
}

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
  a.local.every((word, index) => word === b.remote[index]) &&
  a.remote.every((word, index) => word === b.local[index]);
