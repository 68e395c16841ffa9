import type { Owner, Talker } from '../../capture/exchanges/exchange.ts';
import { RequestBook } from '../../capture/exchanges/request-book.ts';
import type { ProgressOf } from '../../capture/exchanges/talk.ts';
import type { RequestNeeds } from '../../filter/needs.ts';
import type { HttpWishes } from '../../protocols/http1.ts';
import type { Owners } from '../processes/owners.ts';
import type { ExchangeFeed, ExchangeListener, ExchangeLoss } from './exchange-feed.ts';
import { hearName } from './names.ts';
import { PieceLosses } from './piece-losses.ts';
import type { RequestFeed } from './request-feed.ts';

/** What requests are put together with. */
export interface Surroundings {
  owners: Owners;
  isOpen(cookie: number): boolean;
  wishes: HttpWishes;
}

/** Requests and answers out of pieces of what sockets say. */
export class Conversations implements ExchangeFeed {
  readonly progressOf: ProgressOf = (cookie) => this.pieces.progress(cookie);
  private readonly book: RequestBook;
  private readonly losses: PieceLosses;

  constructor(
    private readonly pieces: RequestFeed,
    listener: ExchangeListener,
    private readonly around: Surroundings,
  ) {
    const askerOf = (talker: Talker) => around.owners.asker(talker);
    const losses = new PieceLosses(() => pieces.loss());
    this.losses = losses;
    this.book = new RequestBook(
      {
        began: (exchange) => listener.began(exchange),
        joined: (exchange) => listener.joined(exchange),
        done: (exchange) => listener.done(exchange),
        named: (exchange, addresses) => hearName(listener.names, askerOf, exchange, addresses),
        spare: () => listener.spare?.(),
        claimQuery: () => losses.claimQuery(),
        hasLostSince: (ns) => losses.hasLostSince(ns),
      },
      around.wishes,
    );
  }

  start(namesAlone: boolean): void {
    this.pieces.start(namesAlone);
  }

  pause(): void {
    this.pieces.pause();
  }

  want(needs: RequestNeeds | null): void {
    this.pieces.want(needs);
  }

  drain(): number {
    return this.pieces.drain((piece) => this.book.take(piece));
  }

  sweep(nowNs: number): void {
    this.losses.tick(nowNs);
    this.book.sweep(nowNs, this.around.isOpen, this.progressOf);
  }

  interrupt(): void {
    this.book.interrupt();
  }

  ownerOf(talker: Talker): Owner | null {
    return this.around.owners.of(talker.cookie, talker);
  }

  loss(): ExchangeLoss {
    return { ...this.losses.now(), givenUp: this.book.givenUp };
  }

  stop(): void {
    this.pieces.stop();
  }
}
