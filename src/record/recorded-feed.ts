import { Books } from '../capture/ledger/books.ts';
import type { Closing, EventSample } from '../capture/records/life-record.ts';
import { RecordLayout, SocketRecord } from '../capture/records/socket-record.ts';
import type { WireSample } from '../capture/records/wire-record.ts';
import type { Machine } from '../machine/machine.ts';
import type { PointStatus, Refusal } from '../model/model.ts';
import type { AlertWatch } from '../views/alerts/alert-watch.ts';
import type { DropFeed } from '../views/drops/drop-feed.ts';
import type { Feed, LifeFeed } from '../views/feed.ts';
import type { Begin } from '../views/requests/exchange-feed.ts';
import type { ServiceFeed } from '../views/services/service-feed.ts';
import type { TraceFeed } from '../views/trace/trace-feed.ts';
import type { TrafficFeed } from '../views/traffic/traffic-feed.ts';
import type { WireFeed } from '../views/wire/wire-feed.ts';
import { Beside } from './beside/beside.ts';
import { type Entry, fromJson } from './log.ts';
import type { Player } from './player.ts';
import { recordedDrops, recordedNamespaces } from './recorded-drops.ts';
import { farEnds, usages, visited } from './recorded-entries.ts';
import { recordedTrace } from './recorded-trace.ts';
import { type Counted, countedSince } from './since.ts';

/** What was recorded of a feed, told again: a tick at each tick. */
export class RecordedFeed implements Feed {
  readonly books: Books;
  readonly lives: LifeFeed;
  readonly synDrops: Feed['synDrops'];
  readonly faults: Feed['faults'];
  readonly persons: Feed['persons'];
  readonly namespaces: Feed['namespaces'];
  readonly beside: Beside;
  private readonly layout: RecordLayout;
  private readonly told: Feed;
  private readonly since: Counted;

  constructor(
    private readonly player: Player,
    machine: Machine,
  ) {
    this.told = player.answering<Feed>('feed');
    this.beside = new Beside(player);
    this.books = new Books(usages(player), farEnds(player), machine);
    const { jiffies } = player.told<{ jiffies: number }>('begun') ?? { jiffies: 1000 };
    this.layout = new RecordLayout(player.answering('layouts'), jiffies);
    this.since = countedSince(player);
    const lives = player.answering<LifeFeed>('lives');
    this.lives = {
      of: (cookie) => lives.of(cookie),
      totals: () => this.since('lives.totals', lives.totals()),
      start: () => {},
      pause: () => {},
      drain: (visit) => visited(player.told<EventSample[]>('events'), visit),
    };
    this.namespaces = recordedNamespaces(player);
    this.synDrops = player.answering('synDrops');
    this.faults = player.answering('faults');
    const persons = player.answering<Feed['persons']>('persons');
    this.persons = {
      get: (pid, startNs) => persons.get(pid, startNs),
      drainRenames(visit) {
        const told = player.told<{ renames: Parameters<typeof visit>[]; isWhole: boolean }>('renames');
        for (const rename of told?.renames ?? []) visit(...rename);
        return told?.isWhole ?? true;
      },
    };
    this.tellUntil('opened');
    this.books.ledger.people.resetTotals();
  }

  ownerName(cookie: number): string | null {
    return this.told.ownerName(cookie);
  }

  owner(cookie: number): ReturnType<Feed['owner']> {
    return this.told.owner(cookie);
  }

  /** In one part. */
  *tick(): Generator<void> {
    yield this.tellUntil('ticked');
  }

  drain(): void {
    const begin = this.player.next('drain');
    if (!begin) return;
    this.tell(begin);
    this.tellUntil('drained');
  }

  /** What was seen between two ticks. */
  survey(): void {
    this.tellUntil('surveyed');
  }

  points(): PointStatus[] {
    return this.told.points() ?? [];
  }

  openTrace(): TraceFeed | null {
    return this.told.openTrace() ? recordedTrace(this.player, this.since) : null;
  }

  openDrops(): DropFeed | null {
    if (!this.told.openDrops()) return null;
    return { counter: recordedDrops(this.player), namespaces: this.namespaces };
  }

  openWire(): WireFeed | null {
    if (!this.told.openWire()) return null;
    const { player } = this;
    const traffic = player.answering<WireFeed>('wire', { lost: () => ({ packets: 0, bytes: 0 }) });
    return {
      start: () => {},
      pause: () => {},
      restart: () => {},
      sweep: (_, visit) => void visited(player.told<WireSample[]>('frames'), visit),
      lost: () => traffic.lost(),
      stop: () => {},
    };
  }

  openRequests(): Begin | null {
    return this.has('openRequests') ? (listener) => this.beside.requests.begin(listener) : null;
  }

  openServices(): ServiceFeed | null {
    return this.has('openServices') ? this.beside.services : null;
  }

  openTraffic(): TrafficFeed | null {
    return this.has('openTraffic') ? this.beside.traffic : null;
  }

  /** Older recordings have none: then they are made of what there is. Of sockets alone, --stats, none were looked for. */
  openAlerts(watch: (feed: null) => AlertWatch): AlertWatch | null {
    return this.has('openAlerts') ? this.beside.alerts : this.told.openDrops() ? watch(null) : null;
  }

  /** What is in no record: it is looked at while somebody asks for it alone. */
  readonly openTexts = (): null => null;
  readonly openSyns = (): null => null;

  refused(): Refusal[] {
    return this.told.refused() ?? [];
  }

  warnings(): string[] {
    return this.told.warnings() ?? [];
  }

  stop(): void {}

  /** Whether a part is in the recording. */
  private has(opened: keyof Feed): boolean {
    return this.player.answer(`feed.${opened}`, []) === true;
  }

  /** What nobody asked for is passed over, but for what is known of sockets. */
  private tellUntil(kind: string): void {
    for (let entry = this.player.take(); entry && entry.kind !== kind; entry = this.player.take())
      this.tell(entry);
  }

  private tell({ kind, bytes }: Entry): void {
    const { books } = this;
    switch (kind) {
      case 'see':
        books.see(this.sample(bytes), this.more<number | null>(bytes) ?? undefined);
        break;
      case 'closed':
        books.closed(this.sample(bytes), this.more<Closing>(bytes));
        break;
      case 'end':
        books.end(new Set(fromJson<number[]>(bytes)));
        break;
      case 'begin':
      case 'reset':
        books[kind](...fromJson<[number, number]>(bytes));
        break;
      case 'heard':
        books.heard(...fromJson<Parameters<Books['heard']>>(bytes));
        break;
      case 'expire':
      case 'sweep':
      case 'counts':
      case 'gone':
        books[kind](...fromJson<[number]>(bytes));
        break;
      case 'drain':
        books.drain();
    }
  }

  private sample(bytes: Uint8Array): SocketRecord {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return new SocketRecord(this.layout).point({ view }, 0);
  }

  private more<T>(bytes: Uint8Array): T {
    return fromJson(bytes.subarray(this.layout.size));
  }
}
