import type { Arrivals, NetFigures, NetLook } from './look.ts';

/** What came in the seconds between two readings. */
export interface Came {
  packets: number;
  /** Of them, those that nothing here was for: no socket, no connection; null: not known. */
  unwanted: number | null;
  seconds: number;
}

/** A protocol whose packets may be a flood. */
export interface FloodKind {
  kind: Arrivals['kind'];
  /** In sentences. */
  name: string;
  /** In a second: below it nobody suffers. */
  floor: number;
  /** What `unwanted` is called among the figures; null: it is not told. */
  unwanted: 'noPort' | 'noConnection' | null;
  /** null: there is nothing to compare it with. */
  came(net: NetLook): Came | null;
  /** What this host sent meanwhile by the same protocol; null: it does not say. */
  sent(net: NetLook): number | null;
  /** Where most of them are unwanted, and elsewhere. */
  advice: readonly [whereUnwanted: string, elsewhere: string];
}

const BLOCK =
  'The command drops what comes from there for ten minutes. What fills the link has to be stopped before it, at the provider';

/** By counters of the kernel: what they grew by. */
function counted(come: (now: NetFigures, before: NetFigures) => Omit<Came, 'seconds'>): FloodKind['came'] {
  return ({ now, before, seconds }) => (before && seconds > 0 ? { ...come(now, before), seconds } : null);
}

const datagrams = ({ udp }: NetFigures): number => udp.received + udp.noPort + udp.noRoom;

export const FLOOD_KINDS: readonly FloodKind[] = [
  {
    kind: 'datagrams',
    name: 'UDP datagrams',
    floor: 5000, // a busy resolver or game server has fewer
    unwanted: 'noPort',
    came: counted((now, before) => ({
      packets: datagrams(now) - datagrams(before),
      unwanted: now.udp.noPort - before.udp.noPort,
    })),
    sent: ({ now, before }) => (before ? now.udp.sent - before.udp.sent : null),
    advice: [
      'Nothing listens there: a rule that drops them saves the answers. What fills the link has to be stopped before it',
      BLOCK,
    ],
  },
  {
    kind: 'messages',
    name: 'ICMP messages',
    floor: 500,
    unwanted: null,
    came: counted(({ icmp: now }, { icmp: before }) => {
      const asked = now.echosSent - before.echosSent; // who pings much gets as many answers
      const replies = now.echoReplies - before.echoReplies;
      return { packets: now.came - before.came - Math.min(asked, replies), unwanted: null };
    }),
    sent: () => null,
    advice: ['', BLOCK],
  },
  {
    kind: 'fragments',
    name: 'fragments',
    floor: 1000,
    unwanted: null,
    came: counted((now, before) => ({ packets: now.fragments - before.fragments, unwanted: null })),
    sent: () => null,
    advice: ['', BLOCK],
  },
  {
    kind: 'resets',
    name: 'RST segments that reset nothing',
    floor: 1000, // a server whose clients leave in the middle of a download has bursts of some hundred
    unwanted: 'noConnection',
    came: ({ resets }) => resets,
    sent: () => null,
    advice: [
      'They are for no connection. Made up, or answers to segments that somebody sends with an address of this host as their source: then its far ends see a flood from here',
      'Somebody guesses at open connections to end them. The kernel takes an RST with the exact next sequence number alone (RFC 5961). The command drops what comes from there for ten minutes',
    ],
  },
];
