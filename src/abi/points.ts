/** Functions in which a tracepoint stands, by the number in their events: enum point in bpf/abi/packet.h. */
export const FIXED = [
  'netif_receive_skb',
  'tcp_rcv_established',
  'sock_def_readable',
  'skb_copy_datagram_iter',
  '__dev_queue_xmit',
  'dev_hard_start_xmit',
  'netif_rx',
  'tcp_retransmit_skb',
  'kfree_skb',
  'consume_skb',
] as const;

export type FixedFunction = (typeof FIXED)[number];

/** The two that only count, while the trace is frozen. */
export const COUNT_RECEIVE = 10;
export const COUNT_TRANSMIT = 11;
