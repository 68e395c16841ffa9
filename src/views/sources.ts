import { AskedNames } from '../capture/exchanges/asked-names.ts';
import type { Machine } from '../machine/machine.ts';
import type { OwnShows } from '../model/panes.ts';
import type { PaneSource, Source } from '../model/source.ts';
import { alertsSource } from './alerts/source.ts';
import { Connections } from './connections/connections.ts';
import { EventFeed, eventNames } from './connections/event-feed.ts';
import { connectionsSource } from './connections/source.ts';
import { dropsSource } from './drops/source.ts';
import { eventsSource } from './events/source.ts';
import type { Feed } from './feed.ts';
import { ListenerWatch } from './listeners/listener-watch.ts';
import { listenersSource } from './listeners/source.ts';
import { metricsSource } from './metrics/source.ts';
import type { People } from './processes/people.ts';
import { ProcessViews } from './processes/process-views.ts';
import { processesSource } from './processes/source.ts';
import { requestsSource } from './requests/source.ts';
import { runSource } from './run/source.ts';
import { servicesSource } from './services/source.ts';
import { FrameOwners } from './trace/frame-owners.ts';
import { comparisonSource, framesSource, journeysSource, traceSource } from './trace/source.ts';
import { Traces } from './trace/traces.ts';
import { trafficSource } from './traffic/source.ts';
import { wireSource } from './wire/source.ts';

/** One for each part of the question, and those that have no rows of their own. */
export interface Sources extends EachSource {
  comparison: Source;
  distribution: Source;
}

type EachSource = { [Name in keyof OwnShows]: PaneSource<Name> };

/** Every source of rows, in the order in which they are asked. */
export function newSources(feed: Feed, machine: Machine, people: People): Sources {
  const { ledger, endings, routes } = feed.books;
  const asked = new AskedNames();
  const connections = new Connections(ledger, endings, feed, machine, asked);
  const views = new ProcessViews(ledger, people, connections);
  const traces = new Traces(feed, machine, new FrameOwners(feed, people));
  const listening = new ListenerWatch(ledger.listening, feed.namespaces);
  const requests = requestsSource(feed, machine, asked);
  const drops = dropsSource(feed, machine);
  const alerts = alertsSource(feed, { listeners: listening, connections }, machine);
  const counted = { listeners: listening, drops: drops.pane, alerts: alerts.pane, requests: requests.pane };
  return {
    requests, // first: it learns the names that the others show
    processes: processesSource(views, people, ledger, machine),
    ...connectionsSource(connections, people, () => traces.pane, machine),
    events: eventsSource(new EventFeed(feed.lives, routes, machine, asked)),
    trace: traceSource(traces),
    journeys: journeysSource(traces),
    frames: framesSource(traces),
    comparison: comparisonSource(traces),
    drops,
    services: servicesSource(feed, machine),
    traffic: trafficSource(feed, machine),
    listeners: listenersSource(listening, feed, machine),
    alerts,
    wire: wireSource(feed, machine),
    run: runSource({ ledger, endings, people, connections, lives: feed.lives, routes }, machine, () =>
      eventNames(machine, asked),
    ),
    metrics: metricsSource(feed, counted, machine), // last: it sums up what the others counted
  };
}
