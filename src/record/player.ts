import { FRAMES } from './frames.ts';
import { isAnswer, KnownAnswers } from './known-answers.ts';
import { type Entry, fromJson, namesFromJson, sizeOf } from './log.ts';
import { kindOf } from './recorder.ts';
import { LATE_PACKETS, MORE_PACKETS } from './recording-trace.ts';

/** What a feed tells only to those who ask. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  'packets',
  LATE_PACKETS,
  MORE_PACKETS,
  'frames',
  'drops',
  'namespaces',
  'events',
]);

/** What a feed tells of its own, in the order in which it is told again. What is neither stands beside it. */
const FLOW: ReadonlySet<string> = new Set([
  ...FRAMES,
  'begun',
  'opened',
  'surveyed',
  'ticked',
  'drained',
  'usages',
  'far ends',
  'renames',
  'begin',
  'drain',
  'reset',
  'heard',
  'expire',
  'sweep',
  'counts',
  'gone',
  'end',
  'see',
  'closed',
]);

/** Answers that are safe to print; what a process or the kernel says is made safe by who shows it. */
const NAMES = /^(machine|feed|trace)\./;

/**
 * Goes through what was recorded. Asked the same questions in the same order, it gives the same answers; to another
 * question the one that was given last, or else first. What is not asked for now is passed over.
 */
export class Player {
  /** On the way to a later moment: packets of now are not shown, and not unpacked. */
  isHurried = false;
  private at = 0;
  private entries: readonly Entry[] = [];
  private readonly hearers = new Map<string, (bytes: Uint8Array) => void>();
  private readonly known = new KnownAnswers();
  /** Of the entries at hand; made when it is first looked into. */
  private first: Map<string, Uint8Array> | null = null;

  constructor(entries: readonly Entry[] = []) {
    this.load(entries);
  }

  /** Goes on with these; of those before what was not told yet is passed over. */
  load(entries: readonly Entry[]): void {
    while (this.at < this.entries.length) this.keep(this.entries[this.at++]);
    this.entries = entries;
    this.at = 0;
    this.first = null;
  }

  /** What stands beside the feed under this kind is told whenever it is passed; `take` asks for nothing itself. */
  hear(kind: string, take: (bytes: Uint8Array) => void): void {
    this.hearers.set(kind, take);
  }

  /** Tells what is heard, of these kinds, and was told next, before the feed itself went on; who was to have what stands before it had it. */
  passHeard(kinds: readonly string[] = [...this.hearers.keys()]): void {
    for (let place = this.at; mayBePassed(this.entries[place]); place++) {
      if (!kinds.includes(this.entries[place]?.kind ?? '')) continue;
      while (this.at <= place) this.keep(this.entries[this.at++]);
    }
  }

  /** When the next entry was told; null: there is none at hand. */
  get nextNs(): number | null {
    return this.entries[this.at]?.atNs ?? null;
  }

  /** What was told next, whatever it is; null: no more was recorded. */
  take(): Entry | null {
    this.passAnswers();
    return this.entries[this.at++] ?? null;
  }

  /** What was told next of that kind, before the feed itself went on; else the answers up to there are still to be given. */
  next(kind: string): Entry | null {
    let place = this.at;
    while (this.entries[place]?.kind !== kind && mayBePassed(this.entries[place])) place++;
    if (this.entries[place]?.kind !== kind) return null;
    while (this.at < place) this.keep(this.entries[this.at++]);
    return this.entries[this.at++] ?? null;
  }

  /** The same of a plain value. */
  told<T>(kind: string): T | null {
    const entry = this.next(kind);
    return entry && fromJson<T>(entry.bytes);
  }

  /** The most bytes that an entry of these kinds has. */
  longest(...kinds: string[]): number {
    return this.entries.reduce(
      (most, entry) => Math.max(most, kinds.includes(entry.kind) ? sizeOf(entry) : 0),
      0,
    );
  }

  /** Whether something of that kind is among the entries at hand. */
  has(kind: string): boolean {
    return this.entries.some((entry) => entry.kind === kind);
  }

  get isOver(): boolean {
    this.passAnswers();
    return this.at >= this.entries.length;
  }

  /** undefined: it was never asked. */
  answer(name: string, args: readonly unknown[]): unknown {
    const kind = kindOf(name, args);
    this.seek(kind);
    const bytes = this.known.of(kind) ?? this.firstOf(kind);
    return bytes && (NAMES.test(kind) ? namesFromJson(bytes) : fromJson(bytes));
  }

  private firstOf(kind: string): Uint8Array | undefined {
    if (this.first === null) {
      this.first = new Map();
      for (const { kind, bytes } of this.entries)
        if (isAnswer(kind) && bytes.length > 0 && !this.first.has(kind)) this.first.set(kind, bytes);
    }
    return this.first.get(kind);
  }

  /** An object whose methods give what was recorded, and what `otherwise` says where nothing was. */
  answering<T extends object>(name: string, otherwise: Partial<T> = {}): T {
    const target = {} as T;
    return new Proxy(target, {
      get:
        (_, member) =>
        (...args: unknown[]) => {
          const answer = this.answer(`${name}.${String(member)}`, args);
          if (answer !== undefined) return answer;
          const other = otherwise[member as keyof T];
          return typeof other === 'function' ? other(...args) : null;
        },
    });
  }

  /** Up to the answer of that kind, where one was given before anything else was told. */
  private seek(kind: string): void {
    let place = this.at;
    while (isBeside(this.entries[place]) && this.entries[place]?.kind !== kind) place++;
    if (this.entries[place]?.kind !== kind) return;
    while (this.at <= place) this.keep(this.entries[this.at++]);
  }

  private keep(entry: Entry | undefined): void {
    if (!entry) return;
    this.hearers.get(entry.kind)?.(entry.bytes);
    if (isAnswer(entry.kind)) this.known.keep(entry);
  }

  private passAnswers(): void {
    while (isBeside(this.entries[this.at])) this.keep(this.entries[this.at++]);
  }
}

/** Answers, and what later versions may write besides. */
const isBeside = (entry: Entry | undefined): boolean =>
  entry !== undefined && !ASKED_FOR.has(entry.kind) && !FLOW.has(entry.kind);

const mayBePassed = (entry: Entry | undefined): boolean => entry !== undefined && !FLOW.has(entry.kind);
