import type { Sighting } from '../alert.ts';
import { blocked } from '../block-command.ts';
import { type Came, FLOOD_KINDS, type FloodKind } from '../flood-kinds.ts';
import { type FloodSources, floodSources } from '../flood-sources.ts';
import type { AlertKind } from '../kind.ts';
import type { Look, NetLook } from '../look.ts';
import { placeIn } from '../place.ts';
import { Usual } from '../usual.ts';

/** As many times the usual. */
const TIMES = 5;
/** It goes on while it is so many times the usual, and above this share of the floor. */
const STILL_TIMES = 2;
const STILL_FLOOR = 0.01;
/** A peer that is sent to sends back at least so much: a download is no flood. */
const ANSWERED = 0.05;

interface Course {
  netns: number;
  usual: Usual;
  /** The look before, while it was no flood: one may have begun within it. Not among the usual yet. */
  last: Came | null;
  /** Since it is above the usual. */
  packets: number;
  unwanted: number | null;
}

const newCourse = (netns: number): Course => ({
  netns,
  usual: new Usual(),
  last: null,
  packets: 0,
  unwanted: 0,
});

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
        FLOOD_KINDS.flatMap((what) => {
          const subject = `${net.netns} ${what.kind}`;
          there.add(subject);
          const course = courses.get(subject) ?? newCourse(net.netns);
          courses.set(subject, course);
          const came = what.came(net);
          return came ? seen(what, net, came, course, { look, subject, isOn: isOn(subject) }) : [];
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

function seen(
  what: FloodKind,
  net: NetLook,
  came: Came,
  course: Course,
  { look, subject, isOn }: Circumstances,
): Sighting[] {
  const { usual, last } = course;
  const rate = came.packets / came.seconds;
  const isLarge = isOn
    ? rate > usual.value * STILL_TIMES && rate > what.floor * STILL_FLOOR
    : rate > usual.value * TIMES && rate > what.floor;
  if (!isLarge || !(usual.isKnown || isUnwanted(came))) {
    if (last) usual.add(usualRate(last));
    const isUsual = !usual.isKnown && !isUnwanted(came); // there is nothing else to compare the next with
    if (isUsual) usual.add(rate);
    Object.assign(course, { last: isUsual ? null : came, packets: 0, unwanted: 0 });
    return [];
  }
  add(course, last);
  add(course, came);
  course.last = null;
  const sources = floodSources(look.arrivals(net.netns), what.kind);
  const sent = what.sent(net);
  if (!isOn && sent !== null && sent > came.packets * ANSWERED && sources.network !== null) return [];
  return [sighting(what, net, course, { look, subject, rate, sources })];
}

/** What nobody wants is none of it: the beginning of a flood would be what its rest is held against. */
const usualRate = (came: Came): number => (isUnwanted(came) ? 0 : came.packets / came.seconds);

/** Such a flood is never usual, even if it is on as nettop starts. */
function isUnwanted({ packets, unwanted }: { packets: number; unwanted: number | null }): boolean {
  return unwanted !== null && unwanted > packets / 2;
}

function add(course: Course, came: Came | null): void {
  if (!came) return;
  course.packets += came.packets;
  course.unwanted =
    course.unwanted === null || came.unwanted === null ? null : course.unwanted + came.unwanted;
}

function sighting(
  what: FloodKind,
  { netns }: NetLook,
  course: Course,
  { look, subject, rate, sources }: { look: Look; subject: string; rate: number; sources: FloodSources },
): Sighting {
  const { usual, packets, unwanted } = course;
  const { network, networks, share, port } = sources;
  const place = placeIn(look, netns, { localPort: port, remote: network });
  const percent = Math.round(share * 100);
  const from = network ? `${percent} % from ${network}` : `from ${networks} networks`;
  const to = port === null ? '' : ` to port ${port}`;
  const perSecond = Math.round(rate);
  const usually = Math.round(usual.value);
  return {
    ...place,
    subject,
    figure: packets,
    evidence: {
      what: what.kind,
      packets,
      packetsPerSecond: perSecond,
      usualPerSecond: usually,
      networks,
      largestNetworkPercent: percent,
      ...(what.unwanted !== null && unwanted !== null && { [what.unwanted]: unwanted }),
    },
    message: `${perSecond} ${what.name} a second${to}, ${usually} are usual: ${packets} so far, ${from}`,
    advice: what.advice[isUnwanted(course) ? 0 : 1],
    command: network === null ? null : blocked(network, place, look.ownNetns),
  };
}
