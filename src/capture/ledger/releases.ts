import { evictOldest } from '../../model/oldest.ts';
import type { Closing } from '../records/life-record.ts';
import type { Endings } from './endings.ts';
import { rememberClosed } from './ownership.ts';
import type { Socket } from './socket.ts';

/** Sockets without states that closed, until a tick has taken the bytes that they and their far ends moved last. */
export class Releases {
  /** Closed between two ticks and never shown, as there were too many. */
  evicted = 0;
  private readonly waiting = new Map<Socket, Closing>();

  constructor(
    private readonly endings: Pick<Endings, 'add'>,
    private readonly limit = 10_000,
  ) {}

  add(socket: Socket, closing: Closing): void {
    this.waiting.set(socket, closing);
    if (evictOldest(this.waiting, this.limit)) this.evicted++;
  }

  /** One that moved all its bytes from and to far ends is shown as these. */
  settle(): void {
    for (const [socket, closing] of this.waiting) {
      const flows = socket.flows ?? new Set();
      if (flows.size === 0 || socket.rxBytes + socket.txBytes > 0) this.endings.add(socket, closing);
      for (const flow of flows) {
        this.endings.add(flow, Object.assign({}, closing)); // what is known of its end is its own
        if (flow.owner) rememberClosed(flow, flow.owner);
      }
    }
    this.waiting.clear();
  }
}
