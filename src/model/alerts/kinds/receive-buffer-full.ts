import { formatEndpoint } from '../../../text/format.ts';
import type { Sighting } from '../alert.ts';
import { within } from '../command-text.ts';
import { Grown } from '../grown.ts';
import type { AlertKind } from '../kind.ts';
import type { Look, SocketLook } from '../look.ts';
import { placeIn } from '../place.ts';

/** Datagrams in a second that find no room, in a network namespace: a few are lost in every burst. */
const MANY = 10;

/** A UDP socket whose process does not read as fast as datagrams come. */
export function receiveBufferFull(): AlertKind {
  const grown = new Grown();
  return {
    name: 'receiveBufferFull',
    fires: 3,
    clears: 10,
    see(look, isOn) {
      const sightings = look.nets.flatMap(({ netns, now, before, seconds }) => {
        if (!before || now.udp.noRoom === before.udp.noRoom) return [];
        return [...look.sockets(netns)].flatMap((socket) => {
          if (socket.protocol !== 'udp' || socket.drops === 0) return [];
          const more = grown.by(socket.cookie, socket.drops);
          const least = isOn(String(socket.cookie)) ? 1 : MANY * seconds;
          return more < least ? [] : [sighting(socket, netns, more / seconds, look)];
        });
      });
      grown.turn();
      return sightings;
    },
  };
}

function sighting(socket: SocketLook, netns: number, perSecond: number, look: Look): Sighting {
  const { pid, process, localAddress, localPort, drops } = socket;
  const place = placeIn(look, netns, { pid, process, localAddress, localPort });
  const who = process === null ? 'its process' : `${process} (${pid ?? '?'})`;
  return {
    ...place,
    subject: String(socket.cookie),
    figure: drops,
    evidence: { drops, dropsPerSecond: Math.round(perSecond) },
    message: `the receive buffer of ${formatEndpoint(localAddress, localPort)} is full: ${drops} datagrams were dropped, as ${who} does not read as fast as they come`,
    advice:
      'Does the process stand still, or is one thread too few? A larger buffer (SO_RCVBUF, up to rmem_max) takes in bursts, not a steady surplus',
    command: within(place, look.ownNetns, 'sysctl -w net.core.rmem_max=8388608'),
  };
}
