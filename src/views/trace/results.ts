import type { PacketRow, Result } from '../../model/model.ts';

/** What it says of a packet that it was seen at a function. */
type Sign = 'received' | 'sent' | 'delivered' | 'dropped' | 'consumed';

const SIGNS: Readonly<Record<Sign, readonly string[]>> = {
  received: [
    'netif_rx',
    'netif_rx_internal',
    'napi_gro_receive',
    'gro_receive_skb',
    'netif_receive_skb',
    'netif_receive_skb_internal',
    '__netif_receive_skb',
    '__netif_receive_skb_core',
    'ip_rcv',
    'ip_rcv_core',
    'ip_rcv_finish',
    'ipv6_rcv',
    'ip6_rcv_finish',
  ],
  sent: ['__dev_queue_xmit', 'dev_hard_start_xmit'],
  delivered: [
    'tcp_v4_do_rcv',
    'tcp_v6_do_rcv',
    'tcp_rcv_established',
    'tcp_rcv_state_process',
    'tcp_data_queue',
    'tcp_queue_rcv',
    'sock_def_readable',
    'skb_copy_datagram_iter',
    '__udp_enqueue_schedule_skb',
    'sock_queue_rcv_skb',
    'sock_queue_rcv_skb_reason',
    '__sock_queue_rcv_skb',
    'ping_rcv',
  ],
  dropped: ['kfree_skb'],
  consumed: ['consume_skb'],
};

const signOf = new Map(
  (Object.keys(SIGNS) as Sign[]).flatMap((sign) => SIGNS[sign].map((name) => [name, sign] as const)),
);

/** A packet that was not seen to end may be under way so long. */
const UNDER_WAY_US = 1e6;

export interface Outcome {
  /** null: its end was not seen. */
  end: Exclude<Result, 'on its way' | 'not seen to end'> | null;
  reason: string | null;
}

/**
 * How a packet ended, from its events in order. A buffer that is freed while the packet goes on was a
 * copy, such as a packet socket takes; it says nothing.
 * 1. dropped, when the last of its buffers was freed by kfree_skb;
 * 2. delivered, when it reached a socket, also where it was sent before, as on loopback;
 * 3. forwarded, when it was sent after it was received, and freed;
 * 4. sent, when it was sent and then only freed;
 * 5. consumed, when it was freed with its work done, but not at a socket: an echo request, a neighbour's answer.
 */
export function outcome(events: readonly Pick<PacketRow, 'function' | 'reason'>[]): Outcome {
  const seen = new Set<Sign>();
  let last: 'dropped' | 'consumed' | null = null;
  let reason: string | null = null;
  let way: 'forwarded' | 'sent' | 'consumed' = 'consumed';
  for (const event of events) {
    const sign = signOf.get(event.function);
    if (sign === 'dropped' || sign === 'consumed') {
      last = sign;
      reason = sign === 'dropped' ? event.reason : null;
      continue;
    }
    last = null;
    if (sign === undefined) continue;
    seen.add(sign);
    if (sign === 'sent') way = seen.has('received') ? 'forwarded' : 'sent';
    else if (sign === 'received') way = 'consumed';
  }
  if (last === 'dropped') return { end: last, reason };
  if (seen.has('delivered')) return { end: 'delivered', reason: null };
  return { end: last === null ? null : way, reason: null };
}

/** What is said of a packet so long after its last event. */
export function resultOf({ end }: Outcome, ageUs: number): Result {
  return end ?? (ageUs < UNDER_WAY_US ? 'on its way' : 'not seen to end');
}
