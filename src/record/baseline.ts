import type { Layouts } from '../abi/layout.ts';
import { RecordLayout } from '../capture/records/socket-record.ts';
import { SoFar } from './beside/so-far.ts';
import { BASE } from './frames.ts';
import { isAnswer, KnownAnswers } from './known-answers.ts';
import { type Entry, fromJson, toJson } from './log.ts';
import { OpenSockets } from './open-sockets.ts';
import { kindOf } from './recorder.ts';

/** Of these the last one says all that those before it said: totals, counted before and after the sockets are swept. */
const BEFORE_SWEEP = ['frames'] as const;
const AFTER_SWEEP = ['namespaces', 'drops'] as const;
/** The same of what is told within a tick. */
const TICK = ['begun', 'begin', 'sweep', 'counts', 'usages', 'far ends'] as const;
const KEPT = new Set<string>([...BEFORE_SWEEP, ...AFTER_SWEEP, ...TICK]);
const NOW = kindOf('machine.nowNs', []);
const NONE = Buffer.from('[]');
const NULL = Buffer.from('null');

/**
 * What a reader needs of the beginning of a recording that is not kept: what the machine answered, the open sockets and
 * the totals up to there. Its entries take the place of those that were folded into it.
 */
export class Baseline {
  private readonly answers = new KnownAnswers();
  private readonly last = new Map<string, Uint8Array>();
  private readonly beside = new SoFar();
  private sockets: OpenSockets | null = null;
  private atNs = 0;

  /** Takes in a block, the oldest first. */
  fold(entries: readonly Entry[]): void {
    for (const entry of entries)
      if (isAnswer(entry.kind)) this.answers.keep({ ...entry, bytes: owned(entry.bytes) });
    for (const entry of entries) if (!isAnswer(entry.kind)) this.take(entry);
  }

  /** A recording of no length, to which what comes next belongs; none where nothing was folded. */
  entries(): Entry[] {
    const { atNs, sockets } = this;
    if (!sockets) return [];
    const told = (kind: string, bytes: Uint8Array = NULL): Entry => ({ atNs, kind, bytes });
    const kept = (...kinds: readonly string[]): Entry[] =>
      kinds.flatMap((kind) => {
        const bytes = this.last.get(kind);
        return bytes ? [told(kind, bytes)] : [];
      });
    return [
      ...[...this.answers.all()].map(([kind, bytes]) => told(kind, bytes)),
      ...this.time().map((bytes) => told(NOW, bytes)),
      ...kept('begun', 'begin', 'sweep'),
      ...sockets.entries(atNs),
      ...kept('counts', 'usages', 'far ends'),
      told('end', NONE),
      told('opened'),
      ...this.beside.entries(atNs),
      ...kept('namespaces'), // for who opens what counts them
      told(BASE),
      ...kept(...BEFORE_SWEEP, 'begin', 'sweep'), // what came about is older than this look
      told('ticked'),
      ...kept(...AFTER_SWEEP),
    ];
  }

  /** That of the last tick: since then nothing was counted. */
  private time(): Uint8Array[] {
    const begin = this.last.get('begin');
    return begin ? [Buffer.from(toJson(fromJson<[number, number]>(begin)[0]))] : [];
  }

  private take(entry: Entry): void {
    const { kind, bytes, atNs } = entry;
    this.atNs = atNs;
    if (KEPT.has(kind)) this.last.set(kind, owned(bytes));
    if (kind === 'begun') this.sockets = new OpenSockets(this.layout(bytes));
    this.sockets?.take(entry);
    this.beside.take(entry);
  }

  private layout(begun: Uint8Array): RecordLayout {
    const { jiffies } = fromJson<{ jiffies: number }>(begun);
    const layouts: Layouts = {
      layout: (name) => fromJson(this.answers.of(kindOf('layouts.layout', [name])) ?? NULL),
    };
    return new RecordLayout(layouts, jiffies);
  }
}

/** In memory of its own: the block that it is a part of can go. */
const owned = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
