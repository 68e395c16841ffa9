import { isDeepStrictEqual } from 'node:util';
import type { Machine } from '../machine/machine.ts';
import { enoughSeconds } from '../machine/rate-clock.ts';
import { complete } from '../machine/work.ts';
import type { Inspection, OwnShows } from '../model/panes.ts';
import type { Answer, Question, Shown } from '../model/question.ts';
import type { PaneSource, Source, Streams, Tick } from '../model/source.ts';
import type { Feed } from './feed.ts';
import { People } from './processes/people.ts';
import { Readings } from './readings.ts';
import { newSources, type Sources } from './sources.ts';
import { StatusBoard } from './status.ts';
import { isTraced } from './trace/traces.ts';
import { Within } from './within.ts';

/** Questions in, answers out: ledgers and rows over what a feed tells. It has no clock of its own, no kernel and no files. */
export class Answers {
  private readonly board: StatusBoard;
  private readonly sources: Sources;
  private readonly list: readonly Source[];
  /** Whose rows can be had one by one. */
  readonly streams: readonly (keyof Streams)[];
  private readonly readings: Readings;
  private question: Question | null = null;
  private readonly people: People;
  /** null: of all processes. */
  private within: Within | null = null;
  private stopped = false;

  constructor(
    private readonly feed: Feed,
    private readonly machine: Machine,
  ) {
    this.people = new People({ ledger: feed.books.ledger, kernel: feed.persons, machine });
    this.sources = newSources(feed, machine, this.people);
    this.list = Object.values(this.sources);
    const names = Object.keys(this.sources) as (keyof Streams)[];
    this.streams = names.filter((name) => this.sources[name].take);
    this.board = new StatusBoard(machine);
    this.readings = new Readings(this.list, feed, machine);
  }

  ask(question: Question): void {
    const before = this.question;
    this.question = question;
    const resets = question.resets - (before?.resets ?? 0);
    if (resets > 0) this.zero();
    if (resets < 0) for (const source of this.list) source.restore?.();
    if (question.cgroup !== before?.cgroup || !isDeepStrictEqual(question.filter, before?.filter))
      this.setFilter(question);
    for (const source of this.list) source.ask?.(question);
    const wasTraced = before !== null && isTraced(before);
    if (isTraced(question) !== wasTraced) this.board.restart(this.readings.now());
  }

  private setFilter({ filter, cgroup }: Question): void {
    const { processes } = this.feed.books.ledger;
    if (cgroup !== this.within?.cgroup)
      this.within = cgroup === undefined ? null : new Within(cgroup, this.people, processes);
    const wanted = this.within ? this.within.and(filter) : filter;
    for (const source of this.list) source.setFilter?.(wanted);
  }

  /** All totals begin anew. */
  zero(): void {
    for (const source of this.list) source.reset?.();
  }

  /** In parts, between which anything may be asked, and the rings be drained. */
  *tick(last = false): Generator<void> {
    const enough = enoughSeconds(this.question?.intervalMs ?? 0);
    const tick: Tick = { nowNs: this.machine.nowNs(), enough, last };
    this.drain();
    for (const source of this.list) source.begin?.(tick);
    yield* this.feed.tick(tick);
    this.within?.tick();
    for (const source of this.list) source.tick?.(tick);
    this.readings.refresh();
    this.board.tick(this.readings.now(), enough);
  }

  /** The last reading. What comes by itself is ended first, so that all of it that was counted is read too. */
  finish(): void {
    for (const source of this.list) source.end?.();
    complete(this.tick(true));
  }

  /** Takes in what waits in the rings; returns how much there was to show. */
  drain(): number {
    this.feed.drain();
    return this.list.reduce((sum, source) => sum + (source.drain?.() ?? 0), 0);
  }

  answer(): Answer {
    const { views = {}, inspect = null } = this.question ?? {};
    const shown: Shown = {};
    for (const name of Object.keys(views) as (keyof OwnShows)[]) this.show(name, views, shown);
    const sources: Partial<Record<Inspection['pane'], Source>> = this.sources;
    const inspection = (inspect && sources[inspect.pane]?.inspect?.(inspect.key)) ?? null;
    return { status: this.board.status(this.readings.now()), inspection, ...shown };
  }

  /** What one source has to show for another part of the question than the one that stands. */
  view<Name extends keyof OwnShows>(
    name: Name,
    asked: OwnShows[Name]['asked'],
  ): OwnShows[Name]['shown'] | undefined {
    return (this.sources[name] as PaneSource<Name>).view(asked);
  }

  /** Rows that were not handed out yet, at most `limit`; none where nobody asked for them. */
  take<Name extends keyof Streams>(name: Name, limit: number): Streams[Name] {
    return (this.sources[name].take?.(limit) ?? []) as Streams[Name];
  }

  /** Rows that were not handed out yet are lost from now on, and counted. */
  abandon(): void {
    for (const source of this.list) source.abandon?.();
    this.readings.refresh();
  }

  /** Leaves the kernel; nothing may be called after it but stop itself. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    for (const source of this.list) source.stop?.();
    this.feed.stop();
  }

  private show<Name extends keyof OwnShows>(name: Name, views: Question['views'], shown: Shown): void {
    const source = this.sources[name] as PaneSource<Name>;
    const asked = views[name];
    const view = asked && source.view(asked);
    if (view) Object.assign(shown, { [name]: view });
  }
}
