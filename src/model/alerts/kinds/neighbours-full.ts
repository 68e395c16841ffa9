import type { AlertKind } from '../kind.ts';
import { placeIn } from '../place.ts';

/** The table of neighbours has no room: packets to hosts of the own network that are not in it are dropped. */
export const neighboursFull: AlertKind = {
  name: 'neighboursFull',
  fires: 2, // entries that nobody uses make room within a second
  clears: 10,
  see: (look) =>
    look.nets.flatMap(({ netns, now, before, seconds }) =>
      now.neighbours.flatMap(({ family, entries, limit, overflows }) => {
        const known = before?.neighbours.find((table) => table.family === family);
        const more = known ? overflows - known.overflows : 0;
        if (more === 0 || limit === null) return [];
        const perSecond = Math.max(1, Math.round(more / seconds));
        return [
          {
            ...placeIn(look, netns),
            subject: family,
            figure: perSecond,
            evidence: { family, entries, limit, overflows: perSecond },
            message: `the table of ${family} neighbours has ${entries} of ${limit} entries: ${perSecond} found no room in a second`,
            advice:
              'A large flat network needs a larger table. A scan of the own network fills it too: `ip neigh` shows how many do not answer',
            command: `sysctl -w net.${family.toLowerCase()}.neigh.default.gc_thresh3=${limit * 4}`,
          },
        ];
      }),
    ),
};
