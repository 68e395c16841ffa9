import type { Link } from '../../../native/object.ts';
import { attachToCgroupRoot, type Loaded } from '../../attach/objects.ts';
import type { Endings } from '../ledger/endings.ts';
import { rememberClosed } from '../ledger/ownership.ts';
import type { Socket } from '../ledger/socket.ts';
import type { Closing } from '../records/life-record.ts';

/** See sockets without states made, bound and released. */
const RELEASE = 'on_released';
export const RELEASE_HOOKS = [RELEASE, 'on_made', 'on_bound4', 'on_bound6'];

/** The programs' links; null: no end of such a socket is seen. */
export function attachReleases(loaded: Loaded): Link[] | null {
  const links = attachToCgroupRoot(loaded, RELEASE_HOOKS);
  if (links?.has(RELEASE)) return [...links.values()];
  for (const link of links?.values() ?? []) link.destroy();
  return null;
}

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
    if (this.waiting.size <= this.limit) return;
    for (const oldest of this.waiting.keys()) {
      this.waiting.delete(oldest);
      this.evicted++;
      break;
    }
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
