import { threadTimeNs } from '../../../native/libc.ts';
import { monotonicNs } from '../../machine/clock.ts';
import { NetFiles, Room } from '../../machine/net-files.ts';
import { Pace } from '../../machine/pace.ts';
import type { NetFigures } from '../../model/alerts/look.ts';
import type { NetReading } from '../../views/alerts/alert-feed.ts';
import { FigureReader, portsOf } from '../records/net-figures.ts';

/** Network namespaces. */
export interface Places {
  /** nettop's own. */
  readonly own: number;
  /** It and the others. */
  list(): Iterable<number>;
  /** null: it could not be entered. */
  within<T>(netns: number, act: () => T): T | null;
}

/** Of a CPU, what is read at once; and at most a fiftieth of the time: a namespace takes some 0.1 ms. */
const MOST_NS = 10e6;
const PAUSE = 50;

/** Where nothing came in so many readings, it is read every so often: no alert is on there that waits for its end. */
const QUIET_READINGS = 30;
const QUIET_NS = 3.5e9;

interface Place {
  files: NetFiles;
  /** Readings in a row since a packet came. */
  quiet: number;
  /** When it was its turn last. */
  turnNs: number;
}

/** The figures of all network namespaces, read in turn. */
export class NetReader {
  readonly readings = new Map<number, NetReading>();
  private readonly known = new Map<number, Place>();
  private readonly room = new Room();
  private readonly pace = new Pace(PAUSE);
  private turn: number[] = [];

  constructor(
    private readonly places: Places,
    private readonly figures: Pick<FigureReader, 'figures'> = new FigureReader(),
  ) {}

  /** Reads those whose turn it is. */
  tick(nowNs: number): void {
    if (this.pace.isDue(nowNs)) this.pace.run(nowNs, () => this.readSome(nowNs));
  }

  /** Ports that connect() chooses from; null: not to be read. */
  ports(netns: number): { first: number; last: number } | null {
    const { files } = this.placeOf(netns);
    return this.places.within(netns, () => portsOf((path) => files.read(path)));
  }

  close(): void {
    for (const { files } of this.known.values()) files.close();
  }

  private readSome(nowNs: number): void {
    if (this.turn.length === 0) this.begin(nowNs);
    const endNs = threadTimeNs() + MOST_NS;
    for (let netns = this.turn.pop(); netns !== undefined; netns = this.turn.pop()) {
      const place = this.placeOf(netns);
      const read = (path: string) => place.files.read(path);
      const now = this.places.within(netns, () => this.figures.figures(read));
      if (now) this.take(netns, now, place);
      if (threadTimeNs() > endNs) return;
    }
  }

  private begin(nowNs: number): void {
    const there = new Set(this.places.list());
    for (const [netns, { files }] of this.known) {
      if (there.has(netns)) continue;
      files.close();
      this.known.delete(netns);
      this.readings.delete(netns);
    }
    this.turn = [...there].filter((netns) => this.isDue(netns, nowNs));
  }

  private isDue(netns: number, nowNs: number): boolean {
    const place = this.placeOf(netns);
    const isQuiet = netns !== this.places.own && place.quiet >= QUIET_READINGS;
    if (isQuiet && nowNs - place.turnNs < QUIET_NS) return false;
    place.turnNs = nowNs;
    return true;
  }

  private placeOf(netns: number): Place {
    const known = this.known.get(netns);
    if (known) return known;
    const made = { files: new NetFiles(this.room, netns === this.places.own), quiet: 0, turnNs: 0 };
    this.known.set(netns, made);
    return made;
  }

  private take(netns: number, now: NetFigures, place: Place): void {
    const known = this.readings.get(netns);
    const atNs = monotonicNs();
    place.quiet = known?.now.received === now.received ? place.quiet + 1 : 0;
    this.readings.set(netns, { now, atNs, before: known?.now ?? null, beforeNs: known?.atNs ?? atNs });
  }
}
