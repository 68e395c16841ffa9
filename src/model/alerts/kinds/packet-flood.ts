import type { Sighting } from '../alert.ts';
import { blocked } from '../block-command.ts';
import type { AlertKind } from '../kind.ts';
import type { Arrivals, Look, NetFigures, NetLook } from '../look.ts';
import { placeIn } from '../place.ts';
import { Usual } from '../usual.ts';

interface What {
  kind: Arrivals['kind'];
  /** In sentences. */
  name: string;
  /** In a second: below it nobody suffers. */
  floor: number;
  came(figures: NetFigures): number;
  /** What this host sent meanwhile by the same protocol; null: it does not say. */
  sent(figures: NetFigures): number | null;
}

const KINDS: readonly What[] = [
  {
    kind: 'datagrams',
    name: 'UDP datagrams',
    floor: 5000, // a busy resolver or game server has fewer
    came: ({ udp }) => udp.received + udp.noPort + udp.noRoom,
    sent: ({ udp }) => udp.sent,
  },
  { kind: 'messages', name: 'ICMP messages', floor: 500, came: ({ icmp }) => icmp, sent: () => null },
  { kind: 'fragments', name: 'fragments', floor: 1000, came: ({ fragments }) => fragments, sent: () => null },
];

/** As many times the usual. */
const TIMES = 5;
/** It goes on while it is so many times the usual, and above this share of the floor. */
const STILL_TIMES = 2;
const STILL_FLOOR = 0.01;
/** A peer that is sent to sends back at least so much: a download is no flood. */
const ANSWERED = 0.05;
/** A network that most of it comes from is named, and so is a port. */
const MOST = 0.5;

interface Course {
  netns: number;
  usual: Usual;
  /** Since it is above the usual. */
  packets: number;
  noPort: number;
}

/** More packets come than ever, and this host does not talk to those who send them. */
export function packetFlood(): AlertKind {
  const courses = new Map<string, Course>();
  return {
    name: 'packetFlood',
    fires: 3,
    clears: 10,
    see(look, isOn) {
      const there = new Set<string>();
      const sightings = look.nets.flatMap((net) =>
        KINDS.flatMap((what) => {
          const subject = `${net.netns} ${what.kind}`;
          there.add(subject);
          const course = courses.get(subject) ?? {
            netns: net.netns,
            usual: new Usual(),
            packets: 0,
            noPort: 0,
          };
          courses.set(subject, course);
          return seen(what, net, course, { look, subject, isOn: isOn(subject) });
        }),
      );
      for (const [subject, { netns }] of courses)
        if (!there.has(subject) && !look.unread.has(netns)) courses.delete(subject);
      return sightings;
    },
  };
}

interface Circumstances {
  look: Look;
  subject: string;
  isOn: boolean;
}

function seen(what: What, net: NetLook, course: Course, { look, subject, isOn }: Circumstances): Sighting[] {
  const { now, before, seconds } = net;
  if (!before || seconds === 0) return [];
  const came = what.came(now) - what.came(before);
  const rate = came / seconds;
  const isLarge = isOn
    ? rate > course.usual.value * STILL_TIMES && rate > what.floor * STILL_FLOOR
    : rate > course.usual.value * TIMES && rate > what.floor;
  if (!isLarge) {
    course.usual.add(rate);
    course.packets = 0;
    course.noPort = 0;
    return [];
  }
  course.packets += came;
  course.noPort += what.kind === 'datagrams' ? now.udp.noPort - before.udp.noPort : 0;
  const sources = Sources.of(look.arrivals(net.netns), what.kind);
  const sent = (what.sent(now) ?? 0) - (what.sent(before) ?? 0);
  if (!isOn && what.sent(now) !== null && sent > came * ANSWERED && sources.share > MOST) return [];
  return [sighting(what, net, course, { look, subject, rate, sources })];
}

/** Who sent it, as far as it was counted. */
class Sources {
  private constructor(
    readonly network: string | null,
    readonly share: number,
    readonly networks: number,
    readonly port: number | null,
    readonly ports: number,
  ) {}

  static of(arrivals: readonly Arrivals[], kind: Arrivals['kind']): Sources {
    const mine = arrivals.filter((arrival) => arrival.kind === kind);
    const all = mine.reduce((sum, { packets }) => sum + packets, 0);
    const [networks, ports] = [sums(mine, ({ network }) => network), sums(mine, ({ port }) => port)];
    const [network, share] = most(networks, all);
    const [port, portShare] = most(ports, all);
    return new Sources(
      share > MOST ? network : null,
      share,
      networks.size,
      portShare > MOST ? port : null,
      ports.size,
    );
  }
}

function sums<Key>(arrivals: readonly Arrivals[], keyOf: (arrival: Arrivals) => Key): Map<Key, number> {
  const found = new Map<Key, number>();
  for (const arrival of arrivals) {
    const key = keyOf(arrival);
    found.set(key, (found.get(key) ?? 0) + arrival.packets);
  }
  return found;
}

function most<Key>(counts: ReadonlyMap<Key, number>, all: number): [Key | null, number] {
  let [key, largest]: [Key | null, number] = [null, 0];
  for (const [one, count] of counts) if (count > largest) [key, largest] = [one, count];
  return [key, all === 0 ? 0 : largest / all];
}

function sighting(
  { kind, name }: What,
  { netns }: NetLook,
  { usual, packets, noPort }: Course,
  { look, subject, rate, sources }: { look: Look; subject: string; rate: number; sources: Sources },
): Sighting {
  const { network, networks, share, port } = sources;
  const place = placeIn(look, netns, { localPort: port, remote: network });
  const percent = Math.round(share * 100);
  const from = network ? `${percent} % from ${network}` : `from ${networks} networks`;
  const to = port === null ? '' : ` to port ${port}`;
  const perSecond = Math.round(rate);
  return {
    ...place,
    subject,
    figure: packets,
    evidence: {
      what: kind,
      packets,
      packetsPerSecond: perSecond,
      usualPerSecond: Math.round(usual.value),
      networks,
      largestNetworkPercent: percent,
      ...(kind === 'datagrams' && { noPort }),
    },
    message: `${perSecond} ${name} a second${to}, ${Math.round(usual.value)} are usual: ${packets} so far, ${from}`,
    advice:
      kind === 'datagrams' && noPort > packets / 2
        ? 'Nothing listens there: a rule that drops them saves the answers. What fills the link has to be stopped before it'
        : 'The command drops what comes from there for ten minutes. What fills the link has to be stopped before it, at the provider',
    command: network === null ? null : blocked(network, place, look.ownNetns),
  };
}
