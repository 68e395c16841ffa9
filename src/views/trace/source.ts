import type { PaneSource, Source } from '../../model/source.ts';
import type { Traces } from './traces.ts';

/** The trace, packet by packet. What it shares with the trace by packet is asked, drained and stopped here. */
export function traceSource(traces: Traces): PaneSource<'trace'> {
  return {
    setFilter: (expression) => traces.setFilter(expression),
    ask: (question) => traces.ask(question),
    drain: () => traces.session?.drain() ?? 0,
    tick: () => traces.tick(),
    view: (asked) => traces.pane?.view(asked),
    inspect: (key) => traces.pane?.inspect(key, traces.nowNs()) ?? null,
    take: (limit) => traces.take(limit),
    reading: () => traces.reading(),
    warnings: () => traces.session?.warnings() ?? [],
    end: () => traces.session?.end(),
    abandon: () => traces.abandon(),
    stop: () => traces.session?.stop(),
  };
}

/** The same with a line for each packet. */
export function journeysSource(traces: Traces): PaneSource<'journeys'> {
  return {
    ask: ({ views }) => traces.pane?.group(views.journeys !== undefined),
    view: (asked) => traces.pane?.viewJourneys(asked, traces.shownNs()),
    inspect: (key) => traces.pane?.inspectJourney(key, traces.shownNs()) ?? null,
  };
}

/** The same as frames, for capture files. */
export function framesSource(traces: Traces): PaneSource<'frames'> {
  return {
    view: () => traces.framesLost(),
    take: (limit) => traces.takeFrames(limit),
  };
}

/** Two packets' paths: that of the one that is open, and the marked one's. */
export function comparisonSource(traces: Traces): Source {
  return { inspect: (key) => traces.pane?.compare(traces.mark, key, traces.shownNs()) ?? null };
}
