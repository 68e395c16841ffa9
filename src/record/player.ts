import { type Entry, fromJson } from './log.ts';
import { kindOf } from './recorder.ts';
import { LATE_PACKETS } from './recording-feed.ts';

/** What a feed tells only to those who ask. */
const ASKED_FOR: readonly string[] = ['packets', LATE_PACKETS, 'frames', 'drops', 'namespaces', 'events'];

/**
 * Goes through what was recorded. Asked the same questions in the same order, it gives the same answers; to another
 * question the one that was given last, or else first. What is not asked for now is passed over.
 */
export class Player {
  private at = 0;
  private readonly answers = new Map<string, Uint8Array>();
  private readonly first = new Map<string, Uint8Array>();

  constructor(private readonly entries: readonly Entry[]) {
    for (const { kind, bytes } of entries)
      if (isAnswer(kind) && !this.first.has(kind)) this.first.set(kind, bytes);
  }

  /** What was told next, whatever it is; null: no more was recorded. */
  take(): Entry | null {
    this.passAnswers();
    return this.entries[this.at++] ?? null;
  }

  /** What was told next of that kind, before the feed itself went on; else the answers up to there are still to be given. */
  next(kind: string): Entry | null {
    let place = this.at;
    while (this.entries[place]?.kind !== kind && mayBePassed(this.entries[place]?.kind ?? '')) place++;
    if (this.entries[place]?.kind !== kind) return null;
    for (; this.at < place; this.at++) this.keep(this.entries[this.at]);
    return this.take();
  }

  /** The same of a plain value. */
  told<T>(kind: string): T | null {
    const entry = this.next(kind);
    return entry && fromJson<T>(entry.bytes);
  }

  /** The most bytes that an entry of these kinds has. */
  longest(...kinds: string[]): number {
    return this.entries.reduce(
      (most, { kind, bytes }) => Math.max(most, kinds.includes(kind) ? bytes.length : 0),
      0,
    );
  }

  get isOver(): boolean {
    this.passAnswers();
    return this.at >= this.entries.length;
  }

  /** undefined: it was never asked. */
  answer(name: string, args: readonly unknown[]): unknown {
    const kind = kindOf(name, args);
    this.seek(kind);
    const bytes = this.answers.get(kind) ?? this.first.get(kind);
    return bytes && fromJson(bytes);
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
    while (isAnswer(this.entries[place]?.kind ?? '') && this.entries[place]?.kind !== kind) place++;
    if (this.entries[place]?.kind !== kind) return;
    for (; this.at <= place; this.at++) this.keep(this.entries[this.at]);
  }

  private keep(entry: Entry | undefined): void {
    if (entry && isAnswer(entry.kind) && entry.bytes.length > 0) this.answers.set(entry.kind, entry.bytes);
  }

  private passAnswers(): void {
    while (isAnswer(this.entries[this.at]?.kind ?? '')) this.keep(this.entries[this.at++]);
  }
}

const mayBePassed = (kind: string): boolean => isAnswer(kind) || ASKED_FOR.includes(kind);

const isAnswer = (kind: string): boolean => kind.endsWith(']');
