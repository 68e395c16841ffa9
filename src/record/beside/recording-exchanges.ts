import type { Exchange, Talker } from '../../capture/exchanges/exchange.ts';
import type { Begin, ExchangeFeed, ExchangeListener } from '../../views/requests/exchange-feed.ts';
import { hearing } from '../hearing.ts';
import type { Recorder } from '../recorder.ts';
import { EXCHANGES, type ExchangeAct, stateOf } from './exchanges.ts';
import { recordingNames } from './names.ts';

/** What is learned of an exchange after its end is learned so soon, or not at all. */
const LEARNED_NS = 2e9;

/** Requests are written down as they come, and told on. */
export function recordingExchanges(begin: Begin, recorder: Recorder): Begin {
  return (listener) => {
    const log = new ExchangeLog(recorder, listener);
    recorder.atEnd(() => log.write(log.fresh)); // an owner is learned as rows are handed out
    const feed = begin(log);
    return {
      ...hearing(recorder, 'requests', feed, ['loss']),
      start: (namesAlone) => feed.start(namesAlone),
      pause: () => feed.pause(),
      want: (needs) => feed.want(needs),
      drain() {
        const found = feed.drain();
        log.write(log.fresh);
        return found;
      },
      sweep(nowNs) {
        feed.sweep(nowNs);
        log.sweep(nowNs);
      },
      interrupt() {
        feed.interrupt();
        log.begin();
      },
      ownerOf: (talker) => feed.ownerOf(talker),
      progressOf: feed.progressOf,
      stop: () => feed.stop(),
    } satisfies ExchangeFeed;
  };
}

/** Each exchange is written when it begins and when it ends, and else as often as it is swept, where it changed. */
class ExchangeLog implements ExchangeListener {
  readonly names;
  /** Those that began or ended since they were looked at, and those whose owner is not known yet. */
  readonly fresh = new Set<Exchange>();
  /** Of those of which more may be learned, how they were written last. */
  private readonly written = new Map<Exchange, string>();
  /** When each was first seen to have ended. */
  private readonly endedNs = new WeakMap<Exchange, number>();
  private readonly numbers = new Numbers<Exchange>();
  private readonly talks = new Numbers<Talker>();
  private acts: ExchangeAct[] = [];
  private isBegun = false;

  constructor(
    private readonly recorder: Recorder,
    private readonly listener: ExchangeListener,
  ) {
    this.names = recordingNames(listener.names, recorder);
  }

  began(exchange: Exchange): void {
    this.note('began', exchange);
    this.listener.began(exchange);
  }

  joined(exchange: Exchange): void {
    const { numbers } = this;
    if (exchange.peer) this.acts.push(['joined', numbers.of(exchange), numbers.of(exchange.peer)]);
    this.listener.joined(exchange);
  }

  done(exchange: Exchange): void {
    this.note('done', exchange);
    this.listener.done(exchange);
  }

  sweep(nowNs: number): void {
    this.write([...this.written.keys(), ...this.fresh]);
    for (const exchange of this.written.keys()) {
      if (!exchange.isDone) continue;
      const endedNs = this.endedNs.get(exchange) ?? nowNs;
      this.endedNs.set(exchange, endedNs);
      if (isWhole(exchange) || nowNs - endedNs > LEARNED_NS) this.forget(exchange);
    }
  }

  /** What was told so far nobody lists: from now on it is written. */
  begin(): void {
    this.acts = [];
    this.fresh.clear();
    this.isBegun = true;
  }

  write(looked: Iterable<Exchange>): void {
    if (!this.isBegun) return;
    const states: string[] = [];
    for (const exchange of looked) {
      const state = stateOf(exchange, this.numbers.of(exchange), this.talks.of(exchange.talker));
      const text = JSON.stringify(state);
      if (this.written.get(exchange) !== text) states.push(text);
      this.written.set(exchange, text);
      if (!exchange.isDone || isOwned(exchange)) this.fresh.delete(exchange);
    }
    if (states.length + this.acts.length === 0) return;
    const text = `{"states":[${states.join()}],"acts":${JSON.stringify(this.acts)}}`;
    this.recorder.add(EXCHANGES, Buffer.from(text));
    this.acts = [];
  }

  private note(act: 'began' | 'done', exchange: Exchange): void {
    this.acts.push([act, this.numbers.of(exchange)]);
    this.fresh.add(exchange);
  }

  private forget(exchange: Exchange): void {
    this.written.delete(exchange);
    this.fresh.delete(exchange);
  }
}

const isOwned = ({ owner, isUntaken }: Exchange): boolean =>
  owner !== null && owner.netns !== null && !isUntaken;

/** All that may be learned of it after its end is there. */
const isWhole = (exchange: Exchange): boolean =>
  isOwned(exchange) &&
  (exchange.talker.transport === 'udp' ||
    (exchange.requestTakenNs !== null && exchange.answerTakenNs !== null));

/** Numbers from 1 on, as they are asked for. */
class Numbers<T extends object> {
  private readonly given = new WeakMap<T, number>();
  private last = 0;

  of(one: T): number {
    const known = this.given.get(one);
    if (known !== undefined) return known;
    this.given.set(one, ++this.last);
    return this.last;
  }
}
