import type { Entry } from './log.ts';

/** What is asked for when something is opened, or has but few different answers. */
const LASTING = /^(layouts|feed|trace)\.(?!owner|stack)/;
/** More than the recorder takes for known: what it does not write again is here. */
const MOST_ANSWERS = 200_000;

export const isAnswer = (kind: string): boolean => kind.endsWith(']');

/** The answers of a recording up to a moment: those that last, and others in two generations. */
export class KnownAnswers {
  private readonly lasting = new Map<string, Uint8Array>();
  private now = new Map<string, Uint8Array>();
  private before = new Map<string, Uint8Array>();

  /** One without bytes is the same as it was. */
  keep({ kind, bytes }: Entry): void {
    if (LASTING.test(kind)) {
      if (bytes.length > 0) this.lasting.set(kind, bytes);
      return;
    }
    const known = bytes.length > 0 ? bytes : this.of(kind);
    if (known) this.now.set(kind, known);
    if (this.now.size < MOST_ANSWERS) return;
    this.before = this.now;
    this.now = new Map();
  }

  of(kind: string): Uint8Array | undefined {
    return this.now.get(kind) ?? this.before.get(kind) ?? this.lasting.get(kind);
  }

  /** All of them, the oldest first. */
  *all(): Iterable<[kind: string, bytes: Uint8Array]> {
    yield* this.lasting;
    for (const [kind, bytes] of this.before) if (!this.now.has(kind)) yield [kind, bytes];
    yield* this.now;
  }
}
