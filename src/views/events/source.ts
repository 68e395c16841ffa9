import type { Expression } from '../../filter/ast.ts';
import type { PaneSource } from '../../model/source.ts';
import type { EventFeed } from '../connections/event-feed.ts';

/** Events of connections, one by one. */
export function eventsSource(feed: EventFeed): PaneSource<'events'> {
  let expression: Expression | null = null;
  let isAsked = false;
  return {
    setFilter(wanted) {
      expression = wanted;
    },
    ask({ views }) {
      isAsked = views.events !== undefined;
      if (isAsked) feed.start(expression);
    },
    view: () => feed.totals() ?? undefined,
    take: (limit) => (isAsked ? feed.take(limit) : []),
    warnings: () => feed.warnings(),
    abandon: () => feed.abandon(),
    end: () => feed.end(),
  };
}
