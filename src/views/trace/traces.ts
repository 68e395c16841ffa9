import { type PointCount, totalCount } from '../../capture/records/point-count.ts';
import type { Expression } from '../../filter/ast.ts';
import type { Machine } from '../../machine/machine.ts';
import type { FrameRow, FramesLost } from '../../model/frame.ts';
import type { Loss, PacketRow } from '../../model/model.ts';
import type { Shows, TraceQuestion } from '../../model/panes.ts';
import type { Question } from '../../model/question.ts';
import type { Reading } from '../../model/reading.ts';
import type { Feed } from '../feed.ts';
import { ProcessNames } from '../processes/process-names.ts';
import type { FrameOwners } from './frame-owners.ts';
import type { TraceFeed } from './trace-feed.ts';
import type { TracePane } from './trace-pane.ts';
import { emittedEvents, TraceSession } from './trace-session.ts';

/** What the panes of traced packets share: one session, made when the trace is first asked for. */
export class Traces {
  session: TraceSession | null = null;
  /** An event of the packet that others are compared with. */
  mark: string | null = null;
  private tracer: TraceFeed | null = null;
  private expression: Expression | null = null;
  /** When the trace was frozen. */
  private frozenNs: number | null = null;
  /** null: rows are streamed. */
  private framesAsked: Shows['frames']['asked'] | null = null;
  /** Found out once a tick. */
  private missed: number | null = null;

  constructor(
    private readonly feed: Feed,
    private readonly machine: Machine,
    private readonly owners: FrameOwners,
  ) {}

  get pane(): TracePane | undefined {
    return this.session?.pane;
  }

  nowNs(): number {
    return this.machine.nowNs();
  }

  /** A trace that is frozen stays as old as it was. */
  shownNs(): number {
    return this.frozenNs ?? this.nowNs();
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    this.session?.setFilter(expression);
  }

  ask(question: Question): void {
    const asked = askedOf(question);
    this.framesAsked = question.views.frames ?? null;
    if (!asked) {
      this.session?.setMode('off');
      return;
    }
    const { isTraced, isFrozen, mark } = asked;
    if (isTraced) this.session ??= this.make();
    if (isFrozen !== (this.frozenNs !== null)) this.frozenNs = isFrozen ? this.nowNs() : null;
    this.mark = mark;
    this.pane?.setMark(mark, this.shownNs());
    this.session?.setMode(isTraced ? (isFrozen ? 'frozen' : 'live') : 'off');
  }

  take(limit: number): PacketRow[] {
    return (this.framesAsked ? null : this.session?.take(limit)) ?? [];
  }

  takeFrames(limit: number): FrameRow[] {
    return (this.framesAsked && this.session?.takeFrames(limit, this.framesAsked.every)) ?? [];
  }

  framesLost(): FramesLost {
    const lost = this.tracer?.lostFrames?.() ?? { packets: 0, events: 0 };
    const withoutHeader = this.session?.frames?.withoutHeader ?? 0;
    return { lost: this.framesAsked?.every ? lost.events : lost.packets, withoutHeader };
  }

  tick(): void {
    this.missed = null;
    this.session?.tick();
  }

  abandon(): void {
    this.missed = null;
    this.session?.abandon();
  }

  reading(): Partial<Reading> {
    const { session, tracer } = this;
    const counts = tracer?.counts() ?? [];
    this.missed ??= tracer?.recursionMisses() ?? 0;
    return {
      points: tracer?.points() ?? this.feed.points(),
      events: emittedEvents(counts),
      lost: lossOf(counts, this.missed, session?.displayDropped ?? 0),
      trace: session?.mode ?? 'off',
      attaching: tracer?.attaching ?? null,
      frozenPackets: session?.frozenPackets(counts) ?? 0,
      filterPlace: session?.place ?? 'none',
    };
  }

  private make(): TraceSession | null {
    const { feed, machine } = this;
    this.tracer ??= feed.openTrace();
    if (!this.tracer) return null;
    const names = new ProcessNames(feed, machine);
    const session = new TraceSession(this.tracer, names, machine, this.owners);
    session.setFilter(this.expression);
    return session;
  }
}

/** By packet or not: one takes the other's place. */
const askedOf = ({ views }: Question): TraceQuestion | undefined =>
  views.trace ?? views.journeys ?? views.frames;

export const isTraced = (question: Question): boolean => askedOf(question)?.isTraced ?? false;

/** What the trace lost, by cause. */
function lossOf(counts: PointCount[], recursionMissed: number, displayDropped: number): Loss {
  const ringFull = totalCount(counts, 'ringFull');
  return { ringFull, rateLimited: totalCount(counts, 'limited'), recursionMissed, displayDropped };
}
