import type { Sighting } from '../alert.ts';
import type { AlertKind } from '../kind.ts';
import type { Look, NetLook } from '../look.ts';
import { placeIn } from '../place.ts';

/** From here on the next burst finds no room: the kernel evicts at the limit alone, and has a few per cent to go. */
const FULL = 0.95;
/** Kept on until there is room to speak of: the fill swings by the entries that time out each second. */
const EASED = 0.85;

/** Connections beyond the limit are dropped, those of services that work too. */
export const conntrackFull: AlertKind = {
  name: 'conntrackFull',
  fires: 2, // a table that is full for less than a second has lost a packet or two, which are sent again
  clears: 3,
  see: (look, isOn) => look.nets.flatMap((net) => seen(net, look, isOn)),
};

function seen(
  { netns, now, before, seconds }: NetLook,
  look: Look,
  isOn: (subject: string) => boolean,
): Sighting[] {
  const subject = String(netns);
  if (!now.conntrack) return [];
  const { entries, limit, refused } = now.conntrack;
  const fill = entries / Math.max(1, limit);
  if (fill < (isOn(subject) ? EASED : FULL)) return [];
  const place = placeIn(look, netns);
  const earlier = before?.conntrack?.refused ?? refused;
  const dropped = refused === null || earlier === null ? 0 : refused - earlier;
  const percent = Math.round(fill * 100);
  const where = netns === look.ownNetns ? '' : ` in network namespace ${place.netnsName ?? netns}`;
  return [
    {
      ...place,
      subject,
      figure: entries,
      evidence: {
        entries,
        limit,
        fillPercent: percent,
        refused: seconds > 0 ? Math.round(dropped / seconds) : 0,
      },
      message: `conntrack has ${entries} of ${limit} entries${where}: packets of new connections are dropped when it is full`,
      advice:
        'What opens so many connections? `conntrack -L` lists them. Else raise the limit (320 bytes an entry), or let entries time out sooner',
      // the limit is one for all network namespaces
      command: `sysctl -w net.netfilter.nf_conntrack_max=${limit * 2}`,
    },
  ];
}
