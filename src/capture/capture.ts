import { findAllowed } from '../attach/allowed.ts';
import type { CaptureOptions } from '../attach/capture-options.ts';
import { withInlined } from '../attach/inlined.ts';
import { PlannedPoints } from '../attach/planned-points.ts';
import type { Point } from '../attach/points.ts';
import { Refusals } from '../attach/refusals.ts';
import type { Expression } from '../filter/ast.ts';
import { readFilter } from '../filter/parser.ts';
import { monotonicNs } from '../machine/clock.ts';
import { filterNames } from '../machine/filter-names.ts';
import { Interfaces, ownAddresses } from '../machine/interfaces.ts';
import { enoughSeconds } from '../machine/rate-clock.ts';
import type { EventRow, Inspection, PacketRow } from '../model/model.ts';
import type { Answer, Question } from '../model/question.ts';
import { ConnectionInspection } from '../views/connections/connection-inspection.ts';
import { Connections } from '../views/connections/connections.ts';
import { EventFeed } from '../views/connections/event-feed.ts';
import { Tables } from '../views/connections/tables.ts';
import type { DropsPane } from '../views/drops/drops-pane.ts';
import { newDropsPane } from '../views/drops/new-drops-pane.ts';
import { inspectRow } from '../views/inspect-row.ts';
import { newPeople } from '../views/processes/new-people.ts';
import type { People } from '../views/processes/people.ts';
import { ProcessNames } from '../views/processes/process-names.ts';
import { ProcessViews } from '../views/processes/process-views.ts';
import { emittedEvents, TraceSession } from '../views/trace/trace-session.ts';
import { Accounting } from './accounting/accounting.ts';
import { Sockets } from './accounting/sockets.ts';
import { lossOf, type Reading, StatusBoard } from './status.ts';
import { complete } from './sweep/work.ts';
import { newTracer } from './trace/new-tracer.ts';
import type { Tracer } from './trace/tracer.ts';
import { debugOf, type TracerDebug } from './trace/tracer-debug.ts';
import { WireTraffic } from './traffic/traffic.ts';

/** Everything between the kernel and an answer. Lives in one thread; closes with stop(). */
export class Capture {
  readonly accounting: Accounting;
  private readonly interfaces = new Interfaces((netns, act) => this.accounting.within(netns, act));
  private readonly board = new StatusBoard(this.interfaces, monotonicNs());
  private readonly connections: Connections;
  private readonly events: EventFeed;
  private readonly tables: Tables;
  private readonly inspection: ConnectionInspection;
  private readonly people: People;
  private readonly processes: ProcessViews;
  private readonly wire: WireTraffic;
  private readonly allowed = findAllowed();
  private readonly refusals = new Refusals();
  private readonly points: readonly Point[];
  private readonly plannedPoints: PlannedPoints;
  private session: TraceSession | null = null;
  private tracer: Tracer | null = null;
  private drops: DropsPane | null = null;
  private question: Question | null = null;
  private expression: Expression | null = null;
  private filterProblem: string | null = null; // why the filter could not be read
  private slow: { missed: number; warnings: string[] } | null = null; // found out once a tick
  /** When the trace was frozen. */
  private frozenNs: number | null = null;
  private stopped = false;

  constructor(private readonly options: CaptureOptions) {
    this.points = withInlined(options.points, this.allowed);
    this.plannedPoints = new PlannedPoints(this.points, this.allowed, options.attach);
    const sockets = new Sockets(options.eventBytes, options.verbose);
    this.accounting = new Accounting(sockets, monotonicNs);
    const { ledger, endings } = this.accounting;
    this.connections = new Connections(
      ledger,
      endings,
      sockets,
      (index, netns) => this.interfaces.name(index, netns, monotonicNs()),
      (netns, address) => this.accounting.within(netns, () => ownAddresses().has(address)) ?? false,
    );
    this.events = new EventFeed(sockets.lives, this.accounting.routes);
    this.tables = new Tables(this.connections, monotonicNs);
    this.inspection = new ConnectionInspection(this.connections);
    this.people = newPeople(this.accounting);
    this.processes = new ProcessViews(ledger, this.people, this.connections);
    this.wire = new WireTraffic(this.accounting, this.interfaces, this.refusals, options.verbose);
    this.interfaces.update(monotonicNs());
  }

  ask(question: Question): void {
    const before = this.question;
    this.question = question;
    if (question.resets !== (before?.resets ?? 0)) this.resetTotals();
    if (question.views.drops) this.drops ??= this.refusals.make('drops', () => this.newDrops());
    if (question.trace) this.session ??= this.refusals.make('trace', () => this.newTrace());
    if (question.filter !== before?.filter) this.setFilter(question.filter);
    if (question.frozen !== (this.frozenNs !== null)) this.frozenNs = question.frozen ? monotonicNs() : null;
    if (question.events) this.events.start(this.expression);
    this.session?.pane.group(question.views.journeys !== undefined);
    this.session?.pane.setMark(question.mark, this.traceNs());
    this.session?.setMode(question.trace ? (question.frozen ? 'frozen' : 'live') : 'off');
    if (question.trace !== (before?.trace ?? false)) this.board.restart(this.reading());
    this.drops?.show(question.views.drops !== undefined);
    this.wire.show(question.wire);
  }

  /** In parts, between which anything may be asked, and the rings be drained. */
  *tick(last = false): Generator<void> {
    const nowNs = monotonicNs();
    const enough = enoughSeconds(this.question?.intervalMs ?? 0);
    this.drain();
    this.wire.tick(nowNs, enough);
    yield* this.accounting.tick(nowNs, last, enough);
    this.inspection.tick(nowNs);
    this.people.tick();
    this.session?.tick();
    this.drops?.tick(monotonicNs(), enough, last);
    this.interfaces.update(monotonicNs(), enough);
    this.slow = null;
    this.board.tick(this.reading(), enough);
    this.tables.invalidate();
    this.processes.invalidate();
  }

  /** The last reading. The trace is left first, so that every event that was counted is read too. */
  finish(): void {
    this.session?.end();
    this.events.end();
    complete(this.tick(true));
  }

  /** Takes in what waits in the rings; returns the number of packets. */
  drain(): number {
    this.accounting.drain();
    return this.session?.drain() ?? 0;
  }

  answer(): Answer {
    const { question, expression } = this;
    const answer: Answer = { status: this.board.status(this.reading()), inspection: this.inspect() };
    const { processes, connections, trace, journeys, drops } = question?.views ?? {};
    if (processes) answer.processes = this.processes.view(expression, processes);
    if (question && connections)
      answer.connections = this.tables.viewConnections(expression, connections, question.closed);
    if (trace && this.session) answer.trace = this.session.pane.view(trace);
    const grouped = journeys && this.session?.pane.viewJourneys(journeys, this.traceNs());
    if (grouped) answer.journeys = grouped;
    const events = this.events.totals();
    if (events) answer.events = events;
    if (drops && this.drops) answer.drops = this.drops.view(drops);
    return answer;
  }

  /** Packets that were not handed out yet, at most `limit`. */
  takePackets(limit: number): PacketRow[] {
    return this.session?.take(limit) ?? [];
  }

  /** Events of connections that were not handed out yet, at most `limit`; none where nobody asked for them. */
  takeEvents(limit: number): EventRow[] {
    return this.question?.events ? this.events.take(limit) : [];
  }

  /** Packets and events that were not handed out yet are lost from now on, and counted. */
  abandon(): void {
    this.session?.abandon();
    this.events.abandon();
    this.slow = null;
  }

  /** By point; for --debug-func. */
  debug(): TracerDebug {
    return debugOf(this.tracer);
  }

  /** Leaves the kernel; nothing may be called after it but stop itself. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.session?.stop();
    this.drops?.stop();
    this.wire.stop();
    this.accounting.sockets.stop();
  }

  private newTrace(): TraceSession {
    const { sockets, ledger } = this.accounting;
    const { object, btf } = sockets.loaded;
    this.tracer = newTracer(sockets, { ...this.options, points: this.points, allowed: this.allowed });
    const names = new ProcessNames(ledger, object.map('owners'), btf);
    const session = new TraceSession(this.tracer, names, this.interfaces, monotonicNs);
    session.setFilter(this.expression);
    return session;
  }

  private newDrops(): DropsPane {
    const drops = newDropsPane(this.accounting, this.interfaces, this.options.verbose);
    drops.setFilter(this.expression);
    return drops;
  }

  private resetTotals(): void {
    this.accounting.ledger.people.resetTotals();
    this.drops?.resetTotals();
    this.wire.resetTotals();
  }

  private setFilter(text: string): void {
    ({ expression: this.expression, problem: this.filterProblem } = readFilter(text, filterNames));
    this.session?.setFilter(this.expression);
    this.drops?.setFilter(this.expression);
    this.tables.invalidate();
    this.processes.invalidate();
  }

  private reading(): Reading {
    const { session, tracer } = this;
    const counts = tracer?.counts() ?? [];
    const parts = [this.accounting, this.people, this.events, session];
    const warnings = () => parts.flatMap((part) => part?.warnings() ?? []);
    this.slow ??= { missed: tracer?.recursionMisses() ?? 0, warnings: warnings() };
    return {
      atNs: monotonicNs(),
      points: this.tracer?.points() ?? this.plannedPoints.statuses(this.refusals.has('trace')),
      events: emittedEvents(counts),
      lost: lossOf(counts, this.slow.missed, session?.displayDropped ?? 0),
      trace: session?.mode ?? 'off',
      attaching: tracer?.attaching ?? null,
      frozenPackets: session?.frozenPackets(counts) ?? 0,
      filterPlace: session?.place ?? 'none',
      wire: this.wire.status(),
      refused: this.refusals.list,
      warnings: [
        ...(this.filterProblem === null ? [] : [`no row is shown: ${this.filterProblem}`]),
        ...this.refusals.list.map(({ reason }) => reason),
        ...this.slow.warnings,
      ],
    };
  }

  /** A trace that is frozen stays as old as it was. */
  private traceNs(): number {
    return this.frozenNs ?? monotonicNs();
  }

  private inspect(): Inspection | null {
    const { question, session, drops, inspection, processes, expression } = this;
    if (!question?.inspect) return null;
    const parts = { trace: session?.pane, drops, connections: inspection, processes };
    const at = { mark: question.mark, expression, nowNs: monotonicNs(), traceNs: this.traceNs() };
    return inspectRow(question.inspect, parts, at);
  }
}
