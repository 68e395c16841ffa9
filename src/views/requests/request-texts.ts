import type { Exchange, Owner, Talker } from '../../capture/exchanges/exchange.ts';
import { agreed } from '../../capture/exchanges/handshake.ts';
import type { Listener } from '../../capture/exchanges/http-pairing.ts';
import { TextBook } from '../../capture/exchanges/text-book.ts';
import type { Expression } from '../../filter/ast.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { TlsExchange } from '../../panes/requests/row.ts';
import type { TextTotals } from '../../panes/requests/texts.ts';
import type { HttpWishes } from '../../protocols/http1.ts';
import { chosenBy } from './chosen.ts';
import { HiddenTexts } from './hidden-texts.ts';
import type { TextFeed } from './text-feed.ts';

/** Handshakes that are remembered for what is said after them. */
const MOST_HANDSHAKES = 16_384;

/** Requests within TLS, where somebody asks for them. */
export class RequestTexts {
  private readonly book: TextBook;
  private readonly handshakes = new Map<number, TlsExchange>();
  private feed: TextFeed | null = null;
  private expression: Expression | null = null;
  isRead = false;
  private watchedNs = 0;
  private readonly hidden: HiddenTexts;

  /** `open`: null where the kernel refuses it. */
  constructor(
    private readonly open: () => TextFeed | null,
    listener: Listener,
    ownerOf: (talker: Talker) => Owner | null,
    wishes: HttpWishes,
  ) {
    this.hidden = new HiddenTexts(ownerOf);
    const noted = (act: 'began' | 'done') => (exchange: Exchange) => {
      exchange.tls = this.handshakeOf(exchange);
      listener[act](exchange);
    };
    this.book = new TextBook({ began: noted('began'), done: noted('done') }, wishes);
  }

  /** A handshake that ended. */
  note(exchange: Exchange): void {
    const { tls, talker } = exchange;
    if (tls === null || talker.cookie === 0) return;
    this.handshakes.set(talker.cookie, tls);
    evictOldest(this.handshakes, MOST_HANDSHAKES);
    if (this.isRead) this.hidden.note(exchange);
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    if (this.isRead) this.rest();
  }

  /** Whether text is wanted; the first time the programs are loaded. What is there is watched at once. */
  want(isWanted: boolean, nowNs: number, programs: readonly string[]): void {
    this.isRead = isWanted;
    if (isWanted) {
      this.feed ??= this.open();
      this.watch(nowNs);
      for (const program of programs) this.feed?.expect(program);
    } else this.rest();
  }

  drain(): number {
    return this.feed?.drain((piece) => this.book.take(piece)) ?? 0;
  }

  tick(nowNs: number, isOpen: (cookie: number) => boolean): void {
    if (this.isRead && nowNs !== this.watchedNs) this.watch(nowNs);
    this.book.sweep(nowNs, isOpen);
  }

  /** null: text is not read. */
  totals(): TextTotals | null {
    if (!this.isRead || !this.feed) return null;
    const { givenUp, unplaced } = this.book;
    const { list: hidden } = this.hidden;
    return { files: this.feed.watched, unplaced, hidden, givenUp, ...this.feed.loss() };
  }

  warnings(): string[] {
    const totals = this.totals();
    if (this.isRead && !this.feed) return ['text within TLS is not read: see nettop doctor'];
    if (!totals || !this.feed) return [];
    const { refused } = this.feed;
    return [
      ...(refused === null ? [] : [`text within TLS is not read of ${refused}`]),
      ...totals.hidden.map(
        ({ pid, process, why }) => `text within TLS of ${process}[${pid}] is not seen: ${why}`,
      ),
      ...(totals.unplaced > 0
        ? [`${totals.unplaced} sessions of TLS are not told: their sockets were not found`]
        : []),
    ];
  }

  stop(): void {
    this.feed?.stop();
  }

  /** Nothing more comes. */
  settle(): void {
    this.book.settle();
  }

  private watch(nowNs: number): void {
    this.watchedNs = nowNs;
    if (!this.feed) return;
    const chosen = chosenBy(this.expression);
    this.hidden.look(this.feed, chosen);
    this.feed.watch(chosen, nowNs);
  }

  /** Nothing is attached any more. */
  private rest(): void {
    this.feed?.pause();
    this.drain();
    this.book.interrupt();
    this.hidden.forget();
  }

  /** Nothing is known of one that is older than the look. */
  private handshakeOf({ talker }: Exchange): TlsExchange {
    return this.handshakes.get(talker.cookie) ?? agreed(null, null, null);
  }
}
