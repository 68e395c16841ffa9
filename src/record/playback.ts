import type { Machine } from '../machine/machine.ts';
import { complete } from '../machine/work.ts';
import { Answers } from '../views/answers.ts';
import type { Frames } from './file/parser.ts';
import { BASE, type FrameKind, isFrame, type TickFrame } from './frames.ts';
import { fromJson } from './log.ts';
import { Player } from './player.ts';
import { RecordedFeed } from './recorded-feed.ts';
import { recordedMachine } from './recorded-machine.ts';

export interface Frame {
  kind: FrameKind;
  /** Monotonic, ns. */
  atNs: number;
  /** The recording ends with it. */
  isLast: boolean;
}

/** Answers over a recording, frame by frame, as fast as they are asked for. */
export class Playback {
  readonly answers: Answers;
  readonly machine: Machine;
  private readonly player: Player;
  private readonly feed: RecordedFeed;

  /** `first`: with which the recording begins; `isKept`: what nobody asks for may be asked for later. */
  constructor(first: Frames, isKept = false) {
    this.player = new Player(first.entries);
    this.machine = recordedMachine(this.player);
    this.feed = new RecordedFeed(this.player, this.machine);
    if (isKept) this.feed.beside.keep();
    this.answers = new Answers(this.feed, this.machine);
  }

  /** Those that follow. */
  load({ entries }: Frames): void {
    this.player.load(entries);
  }

  /** While a later moment is wanted, packets of now are left out. */
  set isHurried(isSo: boolean) {
    this.player.isHurried = isSo;
  }

  /** When the next frame was; null: there is none at hand. */
  get nextNs(): number | null {
    return this.player.nextNs;
  }

  /** Goes on by a frame; null: there is none at hand. */
  step(): Frame | null {
    let entry = this.player.take();
    while (entry && !isFrame(entry.kind)) entry = this.player.take(); // told to whom nobody is now
    if (!entry || !isFrame(entry.kind)) return null;
    const { kind } = entry;
    const isLast = kind === 'tick' && fromJson<TickFrame>(entry.bytes).last;
    if (kind === 'reading') this.answers.drain();
    else if (kind === 'survey') this.feed.survey();
    else if (isLast) this.answers.finish();
    else complete(this.answers.tick());
    if (kind === BASE) this.answers.zero();
    this.player.passHeard(); // what was learned at the end of the frame
    return { kind, atNs: entry.atNs, isLast };
  }
}
