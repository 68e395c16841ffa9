/** Why packets were dropped, where the kernel's reason has several causes or names none. */
export interface Finding {
  /** In a few words. */
  cause: string;
  /** What that means and what to look at. */
  advice: string;
}

/** What is known of dropped packets beside the kernel's reason. */
export interface Circumstances {
  reason: string | null;
  /** function+offset; null: not known. */
  place: string | null;
  /** Of the newest packet, '' where not known; as in a row. */
  protocol: string;
  source: string;
  destination: string;
  isMulticast: boolean;
  isBroadcast: boolean;
  /** netfilter dropped it before conntrack, or as conntrack was to take it in. */
  isUntracked: boolean;
  /** What conntrack of the network namespace refused meanwhile; null: there is none, or it is not known. */
  conntrack: {
    refused: number;
    notInserted: number;
    /** What netfilter dropped without an entry of conntrack: what conntrack refused is among it. */
    untracked: number;
    /** When it last refused one. */
    entries: number | null;
    limit: number | null;
  } | null;
}

interface Rule {
  /** What the kernel said; null: nothing. */
  reason: string | null;
  place?: RegExp;
  holds?(known: Circumstances): boolean;
  finding: Finding;
}

const ROUTING =
  /^(ip_rcv_finish(_core)?|ip_rcv|ip_list_rcv_finish|ip_sublist_rcv(_finish)?|ip_route_input\w*)\b/;
const isMulticast = ({ isMulticast }: Circumstances) => isMulticast;
const isToGroup = (known: Circumstances) => known.isMulticast || known.isBroadcast;

/** The first that holds is it: from what is certain to what is likely. */
const RULES: readonly Rule[] = [
  {
    reason: null,
    place: /^(igmp_rcv|igmpv3_\w+)\b/,
    finding: {
      cause: 'IGMP, done with',
      advice: 'A message about multicast groups: the kernel frees it here when it has read it. Harmless.',
    },
  },
  {
    reason: null,
    place: ROUTING,
    holds: isMulticast,
    finding: {
      cause: 'multicast not joined',
      advice:
        'Multicast for a group that nobody in this network namespace joined on this interface: see ip maddr. Harmless unless a receiver should be there.',
    },
  },
  {
    reason: null,
    place: /^(ip6_mc_input|ip6_rcv_finish\w*|ipv6_rcv)\b/,
    holds: isMulticast,
    finding: {
      cause: 'multicast not joined',
      advice:
        'Multicast for a group that nobody in this network namespace joined on this interface: see ip maddr. Harmless unless a receiver should be there.',
    },
  },
  {
    reason: null,
    place: /^_*udp[46]_lib_(rcv|mcast_deliver)\b/,
    holds: isToGroup,
    finding: {
      cause: 'no receiver of the group',
      advice:
        'Multicast or broadcast to a UDP port that no socket here receives from this group and interface: see ss -lun. Harmless unless one should.',
    },
  },
  {
    reason: null,
    place: ROUTING,
    holds: ({ source }) => isMartian(source),
    finding: {
      cause: 'martian source',
      advice:
        'Its source is not an address that may come from outside (loopback, multicast, broadcast, zero): forged, or a wrong rewrite. net.ipv4.conf.*.log_martians logs them.',
    },
  },
  {
    reason: null,
    place: ROUTING,
    holds: ({ destination }) => destination.startsWith('127.'),
    finding: {
      cause: 'loopback from outside',
      advice:
        '127.0.0.0/8 came from outside the loopback: a wrong rewrite; net.ipv4.conf.*.route_localnet would allow it.',
    },
  },
  {
    reason: null,
    place: ROUTING,
    finding: {
      cause: 'no route for it',
      advice:
        'Its route was refused: reverse path filter (rp_filter), a source of this host itself, no route, or forwarding is off. ip route get DESTINATION from SOURCE iif INTERFACE asks.',
    },
  },
  {
    reason: null,
    place: /^(ip_error|ip6_pkt_drop|ip6_pkt_discard)\b/,
    finding: {
      cause: 'no route for it',
      advice:
        'No route leads on, or forwarding is off: ip route get DESTINATION from SOURCE iif INTERFACE asks; check net.ipv4.ip_forward, net.ipv6.conf.all.forwarding.',
    },
  },
  {
    reason: null,
    place: /^ip6?_forward\b/,
    finding: {
      cause: 'not forwarded',
      advice:
        'Its TTL ran out, it is larger than the MTU, forwarding is off, or IPsec policy forbids it: compare nstat -az Ip* with the time of the drop.',
    },
  },
  {
    reason: null,
    place: /^arp_(rcv|process)\b/,
    finding: {
      cause: 'ARP, not answered',
      advice:
        'ARP that is not valid, or not to be answered here: not this host’s address, or net.ipv4.conf.*.arp_ignore and arp_filter.',
    },
  },
  {
    reason: null,
    place: /^tcp_v[46]_rcv\b/,
    finding: {
      cause: 'of a connection at its ends',
      advice:
        'A segment for a connection in its handshake or in TIME_WAIT: a full accept queue, a copy of what had arrived, TCP_DEFER_ACCEPT, or a late one.',
    },
  },
  {
    reason: null,
    place: /^_*udp(v6)?_queue_rcv\w*\b/,
    finding: {
      cause: 'receive buffer, likely',
      advice:
        'The socket did not take it: its receive buffer is full (skmem in ss -um), its filter refused it, or its checksum is wrong.',
    },
  },
  {
    reason: null,
    place: /^nf_hook_slow\b/,
    finding: {
      cause: 'netfilter',
      advice:
        'A firewall rule dropped it (nft list ruleset, iptables-save -c), or conntrack, whose table may be full (nf_conntrack_count, nf_conntrack_max).',
    },
  },
];

const isUnspecified = (reason: string | null) => reason === null || reason === 'NOT_SPECIFIED';

/** Why they were dropped, where the kernel's reason does not tell and the circumstances do; null: they do not. */
export function findCause(known: Circumstances): Finding | null {
  if (known.reason === 'NETFILTER_DROP') return conntrackCause(known);
  if (!isUnspecified(known.reason)) return null;
  const rule = RULES.find(
    ({ place, holds }) => (!place || place.test(known.place ?? '')) && (!holds || holds(known)),
  );
  return rule?.finding ?? null;
}

/** Conntrack refuses what it has no room for, and what it cannot insert: netfilter says the same as of a rule. */
function conntrackCause({ isUntracked, conntrack }: Circumstances): Finding | null {
  if (!conntrack) return null;
  const { refused, notInserted, untracked } = conntrack;
  if (isUntracked && refused > 0) {
    const share =
      refused >= untracked ? '' : ` ${refused} of ${untracked} drops; a rule before it the others.`;
    return {
      cause: isFull(conntrack) ? 'conntrack table full' : 'conntrack refused it',
      advice: `${refusal(conntrack)}${share}`,
    };
  }
  if (!isUntracked && notInserted > 0)
    return {
      cause: 'rule, or conntrack clash',
      advice: `A firewall rule dropped it (nft list ruleset, iptables-save -c), or conntrack, which could not insert ${notInserted} connections: two packets at once, or NAT that found no free port.`,
    };
  return null;
}

type Refusals = NonNullable<Circumstances['conntrack']>;

const isFull = ({ entries, limit }: Refusals) =>
  entries !== null && limit !== null && limit > 0 && entries >= limit * 0.95;

function refusal(conntrack: Refusals): string {
  const { refused, entries, limit } = conntrack;
  const table = entries === null || limit === null ? '' : ` (${entries} of ${limit} entries)`;
  return isFull(conntrack)
    ? `No rule dropped it: conntrack's table is full${table}, and refused ${refused} packets of new connections. Raise net.netfilter.nf_conntrack_max, or shorten its timeouts.`
    : `No rule dropped it: conntrack refused ${refused} packets of new connections${table}: its table was full, or the kernel had no memory. See net.netfilter.nf_conntrack_max.`;
}

/** IPv4 addresses that no packet from outside may have as its source. */
function isMartian(source: string): boolean {
  const [first = ''] = source.split('.');
  const high = Number(first);
  return (
    source.includes('.') &&
    (high === 0 || high === 127 || (high >= 224 && high < 240) || source === '255.255.255.255')
  );
}
