import type { Sighting } from '../alert.ts';
import { within } from '../command-text.ts';
import { Grown } from '../grown.ts';
import type { AlertKind } from '../kind.ts';
import type { Look, NetLook } from '../look.ts';
import { placeIn } from '../place.ts';

/** Of the segments that are sent; below that a single bad path or Wi-Fi has as many. */
const SHARE = 0.02;
/** In a second, so that the share says something. */
const MANY = 20;
/** Far ends at once: one alone is that one's own trouble, and the connections pane tells it. */
const PEERS = 5;

/** Segments to many far ends are lost at once: the trouble is near, or is a link that all share. */
export function retransmissions(): AlertKind {
  const grown = new Grown();
  return {
    name: 'retransmissions',
    fires: 3,
    clears: 10,
    see(look) {
      const sightings = look.nets.flatMap((net) => seen(net, grown, look));
      grown.turn();
      return sightings;
    },
  };
}

function seen({ netns, now, before, seconds }: NetLook, grown: Grown, look: Look): Sighting[] {
  if (!before || seconds === 0) return [];
  const again = now.tcp.sentAgain - before.tcp.sentAgain;
  const sent = now.tcp.sent - before.tcp.sent;
  if (again / seconds < MANY || again < SHARE * (sent + again)) return [];
  const peers = new Map<string, number>();
  for (const { cookie, protocol, retransmits, remoteAddress } of look.sockets(netns)) {
    if (protocol !== 'tcp' || retransmits === 0) continue;
    const more = grown.by(cookie, retransmits);
    if (more > 0) peers.set(remoteAddress, (peers.get(remoteAddress) ?? 0) + more);
  }
  if (peers.size < PEERS) return [];
  const place = placeIn(look, netns);
  const percent = Math.round((again / (sent + again)) * 1000) / 10;
  const perSecond = Math.round(again / seconds);
  return [
    {
      ...place,
      subject: String(netns),
      figure: perSecond,
      evidence: { sharePercent: percent, retransmissionsPerSecond: perSecond, peers: peers.size },
      message: `${percent} % of the segments are sent again, ${perSecond} in a second to ${peers.size} far ends at once`,
      advice:
        "Many far ends at once have one thing in common: this machine's interface, its uplink, a shaper. Look at the drops pane and the counters of the interface",
      command: within(place, look.ownNetns, 'ip -s -s link'),
    },
  ];
}
