import type { AskedNames } from '../../capture/exchanges/asked-names.ts';
import type { Owner, Talker } from '../../capture/exchanges/exchange.ts';
import type { BookListener } from '../../capture/exchanges/request-book.ts';
import type { ProgressOf } from '../../capture/exchanges/talk.ts';
import type { RequestNeeds } from '../../filter/needs.ts';
import type { PieceLoss, RequestFeed } from './request-feed.ts';

/** Who hears of names that programs asked for. */
export type NameListener = Pick<AskedNames, 'say' | 'answer'>;

/** Who is told of what programs ask of each other. */
export interface ExchangeListener extends Pick<BookListener, 'began' | 'joined' | 'done' | 'spare'> {
  names: NameListener;
}

/** What of requests is in no exchange. */
export interface ExchangeLoss extends Omit<PieceLoss, 'queries' | 'messages'> {
  /** Connections that were given up, as there were too many. */
  givenUp: number;
}

/** Requests with their answers, as they come, while somebody looks. */
export interface ExchangeFeed {
  /** `namesAlone`: no more is told than names need. */
  start(namesAlone: boolean): void;
  pause(): void;
  /** Tells of those requests alone that have what is needed, as far as the kernel can know; null: of all. */
  want(needs: RequestNeeds | null): void;
  /** Tells what waits; returns how much there was. */
  drain(): number;
  /** What waits too long, and what is of sockets that are gone, is told as such. */
  sweep(nowNs: number): void;
  /** What is under way will not be known. */
  interrupt(): void;
  /** Whose a socket is, as far as it was learned. */
  ownerOf(talker: Talker): Owner | null;
  readonly progressOf: ProgressOf;
  /** Since the first start. */
  loss(): ExchangeLoss;
  stop(): void;
}

/** What is put together begins with who is told. */
export type Begin = (listener: ExchangeListener) => ExchangeFeed;

/** Puts together what sockets say. */
export type Follow = (pieces: RequestFeed, listener: ExchangeListener) => ExchangeFeed;
