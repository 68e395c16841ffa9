import type { Exchange, Owner, Talker } from '../../capture/exchanges/exchange.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { ExchangeFeed, ExchangeListener, ExchangeLoss } from '../../views/requests/exchange-feed.ts';
import { namesFromJson } from '../log.ts';
import type { Player } from '../player.ts';
import {
  EXCHANGES,
  type ExchangeAct,
  type ExchangeState,
  newExchange,
  newTalker,
  setState,
  type ToldExchanges,
} from './exchanges.ts';
import { NAMES, RecordedNames } from './names.ts';

/** As many as are shown, and those that are told to nobody yet. */
const MOST_EXCHANGES = 65_536;
const MOST_TALKERS = 65_536;
const MOST_ACTS = 4 * MOST_EXCHANGES;
const NO_LOSS: ExchangeLoss = {
  leftOut: 0,
  requests: 0,
  pieces: 0,
  unfollowed: 0,
  heldBack: 0,
  givenUp: 0,
};

/** Requests as they were recorded; those from before somebody looked are told then. */
export class RecordedExchanges implements ExchangeFeed {
  readonly progressOf = () => null;
  private readonly names: RecordedNames;
  private readonly known = new Map<number, Exchange>();
  private readonly talkers = new Map<number, Talker>();
  private readonly begun = new WeakSet<Exchange>();
  private acts: ExchangeAct[] = [];
  private listener: ExchangeListener | null = null;
  private isWanted = false;
  private isFollowed = false;

  constructor(private readonly player: Player) {
    this.names = new RecordedNames(player);
    player.hear(EXCHANGES, (bytes) => this.hear(namesFromJson<ToldExchanges>(bytes)));
  }

  /** From now on it is told. */
  begin(listener: ExchangeListener): this {
    this.listener = listener;
    return this;
  }

  start(namesAlone: boolean): void {
    this.isWanted = !namesAlone;
  }

  pause(): void {
    this.isWanted = false;
  }

  /** All of them were recorded. */
  want(): void {}

  drain(): number {
    const { player, listener, names } = this;
    player.passHeard([EXCHANGES, NAMES]);
    if (listener) names.tell(listener.names);
    if (!listener || !this.isFollowed) return 0;
    const acts = this.acts.splice(0);
    for (const act of acts) this.tell(listener, act);
    return acts.length;
  }

  sweep(): void {
    this.drain();
  }

  /** Who listens has what was told before by now. */
  interrupt(): void {
    this.isFollowed = this.isWanted;
  }

  ownerOf({ owner }: Talker): Owner | null {
    return owner;
  }

  loss(): ExchangeLoss {
    return (this.player.answer('requests.loss', []) ?? NO_LOSS) as ExchangeLoss;
  }

  stop(): void {}

  private hear({ states, acts }: ToldExchanges): void {
    for (const state of states) this.learn(state);
    this.acts.push(...acts);
    if (this.acts.length > MOST_ACTS) this.acts.splice(0, MOST_ACTS / 2);
  }

  private learn(state: ExchangeState): void {
    const talker = this.talkers.get(state.talk) ?? newTalker(state);
    this.talkers.set(state.talk, talker);
    evictOldest(this.talkers, MOST_TALKERS);
    const exchange = this.known.get(state.number) ?? newExchange(state, talker);
    setState(exchange, state);
    if (exchange.owner) talker.owner = exchange.owner;
    this.known.set(state.number, exchange);
    evictOldest(this.known, MOST_EXCHANGES);
  }

  private tell(listener: ExchangeListener, [act, number, other]: ExchangeAct): void {
    const exchange = this.known.get(number);
    if (!exchange) return;
    const { owner } = exchange;
    if (act === 'began' || !this.begun.has(exchange)) {
      this.begun.add(exchange); // one that began before the recording does begins now
      listener.began(exchange);
    }
    if (act === 'done') listener.done(exchange);
    if (act === 'joined') this.join(listener, exchange, other);
    exchange.owner = owner;
  }

  private join(listener: ExchangeListener, exchange: Exchange, other: number | undefined): void {
    const peer = this.known.get(other ?? 0);
    if (!peer) return;
    exchange.peer = peer;
    peer.peer = exchange;
    listener.joined(exchange);
  }
}
