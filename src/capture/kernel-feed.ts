import { handleTracing } from '../../native/tracing-handler.ts';
import type { Layouts } from '../abi/layout.ts';
import type { CaptureOptions } from '../attach/capture-options.ts';
import { withInlined } from '../attach/inlined.ts';
import type { Allowed } from '../attach/plan.ts';
import { PlannedPoints } from '../attach/planned-points.ts';
import { Refusals } from '../attach/refusals.ts';
import type { RunningKernel } from '../attach/running-kernel.ts';
import type { RunningMachine } from '../machine/running-machine.ts';
import { complete } from '../machine/work.ts';
import type { PointStatus, Refusal } from '../model/model.ts';
import type { Tick } from '../model/source.ts';
import type { AlertFeed } from '../views/alerts/alert-feed.ts';
import type { AlertWatch } from '../views/alerts/alert-watch.ts';
import type { DropFeed } from '../views/drops/drop-feed.ts';
import type { Feed } from '../views/feed.ts';
import type { SynFeed } from '../views/listeners/syn-feed.ts';
import type { Begin, Follow } from '../views/requests/exchange-feed.ts';
import type { TextFeed } from '../views/requests/text-feed.ts';
import type { ServiceFeed } from '../views/services/service-feed.ts';
import type { TraceFeed } from '../views/trace/trace-feed.ts';
import type { TrafficFeed } from '../views/traffic/traffic-feed.ts';
import type { WireFeed } from '../views/wire/wire-feed.ts';
import { Accounting } from './accounting/accounting.ts';
import { OwnerMap } from './accounting/owner-map.ts';
import { Sockets } from './accounting/sockets.ts';
import { AlertReader } from './alerts/alert-reader.ts';
import { SourceCounter } from './alerts/source-counter.ts';
import { DropCounter } from './drops/drop-counter.ts';
import { Namespaces } from './drops/namespaces.ts';
import { Books, type SocketWire } from './ledger/books.ts';
import type { FarEndEntries } from './ledger/far-ends.ts';
import type { UsageEntries } from './ledger/usages.ts';
import { SynCounter } from './listeners/syn-counter.ts';
import { TextPieces } from './plaintext/text-pieces.ts';
import { RequestPieces } from './requests/request-pieces.ts';
import { ServiceCounter } from './services/service-counter.ts';
import { Tracer } from './trace/tracer.ts';
import { debugOf, type TracerDebug } from './trace/tracer-debug.ts';
import { TrafficCounter } from './traffic/traffic-counter.ts';
import { WireCounter } from './wire/counter.ts';

/** Sees what goes over the wire between the kernel's side and the books. */
export interface Tap {
  wire(target: SocketWire): SocketWire;
  usages(target: UsageEntries): UsageEntries;
  farEnds(target: FarEndEntries): FarEndEntries;
}

const NO_TAP: Tap = {
  wire: (target) => target,
  usages: (target) => target,
  farEnds: (target) => target,
};

/** What the running kernel tells. */
export class KernelFeed implements Feed {
  readonly books: Books;
  readonly accounting: Accounting;
  readonly namespaces: Namespaces;
  private readonly owners: OwnerMap;
  private readonly sockets: Sockets;
  private readonly refusals = new Refusals();
  private readonly allowed: Allowed;
  private readonly options: CaptureOptions;
  private readonly planned: PlannedPoints;
  private tracer: Tracer | null = null;
  private drops: DropCounter | null = null;

  /** With the first look at the sockets that are older than nettop: what they moved before does not count. */
  constructor(
    options: CaptureOptions,
    machine: RunningMachine,
    private readonly kernel: RunningKernel,
    tap: Tap = NO_TAP,
  ) {
    this.allowed = kernel.allowed();
    this.options = { ...options, points: withInlined(options.points, this.allowed) };
    this.planned = new PlannedPoints(this.options.points, this.allowed, options.attach);
    handleTracing(kernel.types);
    this.sockets = new Sockets(options.eventBytes, machine, kernel, options.verbose);
    const { loaded, farEnds } = this.sockets;
    this.books = new Books(tap.usages(this.sockets), tap.farEnds(farEnds), machine);
    this.accounting = new Accounting(this.sockets, tap.wire(this.books), this.books.sockets, machine);
    this.namespaces = new Namespaces(this.accounting);
    machine.enter = (netns, act) => this.accounting.within(netns, act);
    this.owners = new OwnerMap(loaded.object.map('owners'), loaded.btf);
    complete(this.accounting.tick(machine.nowNs()));
    this.books.ledger.people.resetTotals(); // what was counted before that look has no time that it is over
  }

  /** Of what is told of sockets. */
  get layouts(): Layouts {
    return this.sockets.loaded.btf;
  }

  get lives() {
    return this.sockets.lives;
  }

  get synDrops() {
    return this.sockets.synDrops;
  }

  get faults() {
    return this.sockets.faults;
  }

  get persons() {
    return this.sockets.people;
  }

  tick({ nowNs, last, enough }: Tick): Generator<void> {
    return this.accounting.tick(nowNs, last, enough);
  }

  drain(): void {
    this.accounting.drain();
  }

  points(): PointStatus[] {
    return this.planned.statuses(this.refusals.has('trace'));
  }

  ownerName(cookie: number): string | null {
    return this.owners.name(cookie);
  }

  owner(cookie: number): ReturnType<Feed['owner']> {
    return this.owners.find(cookie);
  }

  openTrace(): TraceFeed | null {
    const { allowed, options } = this;
    const { types } = this.kernel;
    this.tracer ??= this.refusals.make(
      'trace',
      () => new Tracer({ ...options, ...this.maps(), allowed, types }),
    );
    return this.tracer;
  }

  openDrops(): DropFeed | null {
    const { allowed, options } = this;
    const { types } = this.kernel;
    const counter = this.refusals.make(
      'drops',
      () => new DropCounter({ ...options, ...this.maps(), allowed, types }),
    );
    this.drops = counter;
    return counter && { counter, namespaces: this.namespaces };
  }

  openWire(): WireFeed | null {
    return this.refusals.make('wire', () => new WireCounter({ ...this.maps(), ...this.verbose() }));
  }

  openRequests(part: 'requests' | 'names', follow: Follow): Begin | null {
    const { sockets } = this;
    const { requestLimit, leastRequests } = this.options;
    const pieces = this.refusals.make(
      part,
      () =>
        new RequestPieces({
          haveCookies: sockets.haveCookies,
          noteReads: (progress) => sockets.noteReads(progress),
          requestLimit,
          leastRequests,
          ...this.verbose(),
        }),
    );
    return pieces && ((listener) => follow(pieces, listener));
  }

  openServices(nowNs: number): ServiceFeed | null {
    return this.refusals.make(
      'services',
      () => new ServiceCounter({ ...this.maps(), nowNs, ...this.verbose() }),
    );
  }

  openSyns(): SynFeed | null {
    const { haveCookies } = this.sockets;
    return this.refusals.make('syns', () => new SynCounter({ haveCookies, ...this.verbose() }));
  }

  openTexts(): TextFeed | null {
    return this.refusals.make(
      'texts',
      () => new TextPieces({ ...this.maps(), ...this.verbose(), types: this.kernel.types }),
    );
  }

  openTraffic(): TrafficFeed | null {
    return this.refusals.make('traffic', () => new TrafficCounter({ ...this.maps(), ...this.verbose() }));
  }

  openAlerts(watch: (feed: AlertFeed) => AlertWatch): AlertWatch {
    return watch(
      new AlertReader(
        this.accounting,
        () => this.drops,
        () => this.refusals.make('sources', () => new SourceCounter(this.options.verbose)),
      ),
    );
  }

  refused(): Refusal[] {
    return this.refusals.list;
  }

  warnings(): string[] {
    return [...this.accounting.warnings(this.books.evicted), ...this.books.warnings()];
  }

  /** By traced function; for --debug-func. */
  debug(): TracerDebug {
    return debugOf(this.tracer);
  }

  stop(): void {
    this.sockets.stop();
  }

  /** Those that the accounting side fills, and how it names sockets. */
  private maps() {
    const { loaded, haveCookies } = this.sockets;
    return { owners: this.owners.map, flows: loaded.object.map('flows'), haveCookies };
  }

  private verbose() {
    return { verbose: this.options.verbose };
  }
}
