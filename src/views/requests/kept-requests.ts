import type { Exchange } from '../../capture/exchanges/exchange.ts';
import type { Items } from '../list/table.ts';

/** Some 0.4 kB each. */
const MOST_ROWS = 65_536;
/** Of those that went: as many come as go. */
const MOST_SPARES = 64;

/** The newest requests, in the order in which they began; the oldest make room. */
export class KeptRequests {
  /** How many went. */
  overtaken = 0;
  /** By number, modulo their most. */
  private readonly rows: Exchange[] = [];
  /** Of each place, whether its row is told with that of its other end: known without a look at each row. */
  private readonly isToldThere: Uint8Array;
  /** How many are not. */
  private told = 0;
  private begun = 0;
  private readonly spares: Exchange[] = [];

  constructor(private readonly most = MOST_ROWS) {
    this.isToldThere = new Uint8Array(most);
  }

  /** Gives it its number. `isFree`: nobody else has those that went. */
  add(exchange: Exchange, isFree: boolean): void {
    const { rows, isToldThere, most } = this;
    exchange.number = ++this.begun;
    const place = exchange.number % most;
    const oldest = rows[place];
    if (oldest) {
      this.overtaken++;
      if (isToldThere[place] === 0) this.told--;
      if (isFree) this.spareWithPeer(oldest);
    }
    rows[place] = exchange;
    isToldThere[place] = 0;
    this.told++;
  }

  /** One that went and can be used again, as V8 copies and collects each new one that lasts. */
  spare(): Exchange | undefined {
    return this.spares.pop();
  }

  /** A row has what is known of its other end as long as it is there itself. */
  private spareWithPeer(oldest: Exchange): void {
    const { peer } = oldest;
    if (!peer || this.spares.length >= MOST_SPARES || this.find(peer.number) === peer) return;
    if (isOver(oldest) && isOver(peer)) this.spares.push(oldest, peer);
  }

  find(number: number): Exchange | undefined {
    const found = this.rows[number % this.most];
    return found?.number === number ? found : undefined;
  }

  /** Its row is told with that of its other end. */
  hide(exchange: Exchange): void {
    const place = exchange.number % this.most;
    if (this.rows[place] !== exchange || this.isToldThere[place] === 1) return;
    this.isToldThere[place] = 1;
    this.told--;
  }

  /** As they began, also of those that are told at their other end. */
  all(): Exchange[] {
    return this.visit(() => true, 0, this.begun, false, true);
  }

  /** As they began; one that was seen at both ends is there once, as its client saw it. */
  matching(wanted: (exchange: Exchange) => boolean): Exchange[] {
    return this.visit(wanted, 0, this.begun, false, false);
  }

  /** All of these, without a list of them: as they are when they are asked for. */
  inOrder(descending: boolean): Items<Exchange> {
    const told = () => this.told;
    return {
      get length() {
        return told();
      },
      slice: (first, end) => this.visit(() => true, first, end, descending, false),
      findIndex: (isIt) => this.visit(() => true, 0, this.begun, descending, false).findIndex(isIt),
    };
  }

  /** Of what is wanted those from `first` to `end`. */
  private visit(
    wanted: (exchange: Exchange) => boolean,
    first: number,
    end: number,
    descending: boolean,
    ofBothEnds: boolean,
  ): Exchange[] {
    const { rows, isToldThere, most, begun } = this;
    const oldest = Math.max(1, begun - most + 1);
    const found: Exchange[] = [];
    let before = 0;
    for (let step = 0; step <= begun - oldest && before < end; step++) {
      const place = (descending ? begun - step : oldest + step) % most;
      if (!ofBothEnds && isToldThere[place] === 1) continue;
      const exchange = rows[place];
      if (exchange && wanted(exchange) && before++ >= first) found.push(exchange);
    }
    return found;
  }
}

/** All of it was seen, so that its connection has it no more; what lasts longer was seen otherwise. */
const isOver = ({ protocol, isDone, gap, requestBytes, responseBytes, waits, upgrade }: Exchange): boolean =>
  protocol === 'http' &&
  isDone &&
  gap === null &&
  requestBytes !== null &&
  responseBytes !== null &&
  waits === 0 &&
  upgrade === null;
