import type { NamespaceCounters } from '../capture/ledger/counter-losses.ts';
import type { VisitDrop } from '../capture/ledger/drop-ledger.ts';
import type { KernelPersons } from '../capture/records/kernel-person.ts';
import type { EventSample } from '../capture/records/life-record.ts';
import type { NetCounters } from '../capture/records/net-counters.ts';
import type { WireSample } from '../capture/records/wire-record.ts';
import type { Tick } from '../model/source.ts';
import type { DropCounts } from '../views/drops/drop-feed.ts';
import type { Feed, LifeFeed } from '../views/feed.ts';
import type { WireFeed } from '../views/wire/wire-feed.ts';
import { recordingBeside } from './beside/recording-beside.ts';
import { hearing } from './hearing.ts';
import type { PacketNames } from './packet-names.ts';
import type { Recorder } from './recorder.ts';
import { recordingTrace } from './recording-trace.ts';

/**
 * A feed that is written down as it is used; what it tells of sockets goes by way of the recorder's wire. `isShown`:
 * somebody looks at traced packets meanwhile.
 */
export function recordingFeed(
  feed: Feed,
  recorder: Recorder,
  names: PacketNames | null = null,
  isShown = true,
): Feed {
  const heard = recorder.listen('feed', feed);
  const namespaces = recordingNamespaces(feed.namespaces, recorder);
  heard.points(); // who looks at the record without a trace asks for them
  const opened = <T>(name: string, part: T | null): T | null => {
    recorder.answered(`feed.${name}`, [], part !== null);
    return part;
  };
  return {
    books: feed.books,
    lives: recordingLives(feed.lives, recorder),
    synDrops: hearing(recorder, 'synDrops', feed.synDrops, ['find']),
    faults: hearing(recorder, 'faults', feed.faults, ['of']),
    persons: recordingPersons(feed.persons, recorder),
    namespaces,
    ownerName: (cookie) => heard.ownerName(cookie),
    owner: (cookie) => heard.owner(cookie),
    *tick(tick: Tick) {
      yield* feed.tick(tick);
      recorder.tell('ticked');
    },
    drain() {
      feed.drain();
      recorder.tell('drained');
    },
    points: () => heard.points(),
    openTrace() {
      const part = opened('openTrace', feed.openTrace());
      return part && recordingTrace(part, recorder, names, isShown);
    },
    openDrops() {
      const part = opened('openDrops', feed.openDrops());
      return part && { counter: recordingDrops(part.counter, recorder), namespaces };
    },
    openWire() {
      const part = opened('openWire', feed.openWire());
      return part && recordingWire(part, recorder);
    },
    ...recordingBeside(feed, recorder),
    openTexts: () => null, // text within TLS is not recorded
    openSyns: () => null,
    refused: () => heard.refused(),
    warnings: () => heard.warnings(),
    stop: () => feed.stop(),
  };
}

function recordingLives(lives: LifeFeed, recorder: Recorder): LifeFeed {
  return {
    ...hearing(recorder, 'lives', lives, ['of', 'totals']),
    start: () => lives.start(),
    pause: () => lives.pause(),
    drain(visit, limit) {
      const events: EventSample[] = [];
      const found = lives.drain((event) => events.push(event), limit);
      if (found > 0) recorder.tell('events', events);
      events.forEach(visit);
      return found;
    },
  };
}

function recordingPersons(persons: KernelPersons, recorder: Recorder): KernelPersons {
  return {
    ...hearing(recorder, 'persons', persons, ['get']),
    drainRenames(visit) {
      const renames: Parameters<typeof visit>[] = [];
      const isWhole = persons.drainRenames((...rename) => renames.push(rename));
      recorder.tell('renames', { renames, isWhole });
      for (const rename of renames) visit(...rename);
      return isWhole;
    },
  };
}

/** The way to each drop is written down as soon as it is known: who looks at the record may open any. */
function recordingDrops(counter: DropCounts, recorder: Recorder): DropCounts {
  const ways = new Set<number>();
  const stack: DropCounts['stack'] = (drop) => {
    const way = counter.stack(drop);
    recorder.answered('drops.stack', [drop.stack], way);
    ways.add(drop.stack);
    return way;
  };
  return {
    ...hearing(recorder, 'drops', counter, ['lost']),
    stack,
    restart: (filter) => counter.restart(filter),
    start: () => counter.start(),
    tellRules: (isWanted) => counter.tellRules(isWanted),
    pause: () => counter.pause(),
    sweep(visit) {
      const found: Parameters<VisitDrop>[] = [];
      counter.sweep((...drop) => {
        if (recorder.isWanted(drop[1].netns)) found.push(drop);
      });
      for (const [, , counted] of found) if (!ways.has(counted.stack)) stack(counted);
      recorder.tell('drops', found);
      for (const drop of found) visit(...drop);
    },
    stop: () => counter.stop(),
  };
}

function recordingNamespaces(namespaces: NamespaceCounters, recorder: Recorder): NamespaceCounters {
  const now = new Map<number, NetCounters>();
  const before = new Map<number, NetCounters>();
  const look = () => {
    for (const [to, from] of [[now, namespaces.now] as const, [before, namespaces.before] as const]) {
      to.clear();
      for (const [netns, counters] of from) if (recorder.isWanted(netns)) to.set(netns, counters);
    }
    recorder.tell('namespaces', { now: [...now], before: [...before] });
  };
  return {
    now,
    before,
    restart(nowNs) {
      namespaces.restart(nowNs);
      look();
    },
    tick(nowNs, all) {
      namespaces.tick(nowNs, all);
      look();
    },
  };
}

function recordingWire(traffic: WireFeed, recorder: Recorder): WireFeed {
  return {
    ...hearing(recorder, 'wire', traffic, ['lost']),
    start: () => traffic.start(),
    pause: () => traffic.pause(),
    restart: () => traffic.restart(),
    sweep(nowNs, visit) {
      const found: WireSample[] = [];
      traffic.sweep(nowNs, (sample) => {
        if (recorder.isWanted(sample.netns)) found.push(sample);
      });
      recorder.tell('frames', found);
      found.forEach(visit);
    },
    stop: () => traffic.stop(),
  };
}
