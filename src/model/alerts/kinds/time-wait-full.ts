import { within } from '../command-text.ts';
import type { AlertKind } from '../kind.ts';
import { placeIn } from '../place.ts';

/** Closed connections find no room in TIME_WAIT: they end at once, and a late segment may meet their successor. */
export const timeWaitFull: AlertKind = {
  name: 'timeWaitFull',
  fires: 2, // a single burst is over by then
  clears: 10,
  see: (look) =>
    look.nets.flatMap(({ netns, now, before, seconds }) => {
      if (!now.timeWait || !before?.timeWait) return [];
      const { entries, limit, overflows } = now.timeWait;
      const more = overflows - before.timeWait.overflows;
      if (more === 0) return [];
      const perSecond = Math.max(1, Math.round(more / seconds));
      const place = placeIn(look, netns);
      return [
        {
          ...place,
          subject: String(netns),
          figure: perSecond,
          evidence: { entries, limit, overflows: perSecond },
          message: `${entries} of ${limit} connections are in TIME_WAIT: ${perSecond} more were ended without it in a second`,
          advice:
            'Who closes so many connections? The side that closes first has them in TIME_WAIT for a minute: keep connections open, or let the clients close. A higher limit takes 0.3 kB an entry',
          command: within(place, look.ownNetns, `sysctl -w net.ipv4.tcp_max_tw_buckets=${limit * 2}`),
        },
      ];
    }),
};
