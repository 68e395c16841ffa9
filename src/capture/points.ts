import type { Hook } from '../model.ts';

/** One kernel function to watch. */
export interface Point {
  function: string;
  /** What programs in bpf/trace.bpf.c can stand on it, best first. */
  rungs: Rung[];
}

export interface Rung {
  hook: Hook;
  program: string;
  /** Number that its events carry: enum point in bpf/events.h. */
  point: number;
  /** The tracepoint, group:name; '' on the other rungs. */
  tracepoint: string;
}

/** Functions by the number in their events: enum point in bpf/events.h. */
export const POINT_FUNCTIONS = [
  'netif_receive_skb',
  'ip_rcv_finish',
  'ip6_rcv_finish',
  'tcp_v4_do_rcv',
  'tcp_v6_do_rcv',
  'tcp_rcv_established',
  'tcp_queue_rcv',
  'sock_def_readable',
  'skb_copy_datagram_iter',
  'ip_output',
  'ip6_output',
  'ip_finish_output',
  'ip6_finish_output',
  '__dev_queue_xmit',
  'dev_hard_start_xmit',
  'netif_rx',
  'tcp_retransmit_skb',
  'kfree_skb',
  'consume_skb',
] as const;

export type PointFunction = (typeof POINT_FUNCTIONS)[number];

/** The two that only count, while the trace is frozen. */
export const COUNT_RECEIVE = 19;
export const COUNT_TRANSMIT = 20;
export const POINTS = 21;
export const COUNTERS = ['count_receive', 'count_transmit'];

function numberOf(name: PointFunction): number {
  return POINT_FUNCTIONS.indexOf(name);
}

function called(name: PointFunction): Rung[] {
  return (['fentry', 'kprobe'] as const).map((hook) => ({
    hook,
    program: `${hook}_${name}`,
    point: numberOf(name),
    tracepoint: '',
  }));
}

/** `standsIn` is the function in whose body the kernel has the tracepoint. */
function traced(tracepoint: string, standsIn: PointFunction): Rung {
  const program = `tp_${tracepoint.slice(tracepoint.indexOf(':') + 1)}`;
  return { hook: 'tracepoint', program, point: numberOf(standsIn), tracepoint };
}

function point(name: PointFunction, ...rungs: Rung[]): Point {
  return { function: name, rungs };
}

/**
 * The points of the trace. netif_receive_skb has its tracepoint first: most packets reach
 * __netif_receive_skb_core by other ways than the function of that name, and all pass the tracepoint.
 */
export const TRACE_POINTS: Point[] = [
  point('netif_rx', traced('net:netif_rx', 'netif_rx')),
  point(
    'netif_receive_skb',
    traced('net:netif_receive_skb', 'netif_receive_skb'),
    ...called('netif_receive_skb'),
  ),
  point('ip_rcv_finish', ...called('ip_rcv_finish')),
  point('ip6_rcv_finish', ...called('ip6_rcv_finish')),
  point('tcp_v4_do_rcv', ...called('tcp_v4_do_rcv'), traced('tcp:tcp_probe', 'tcp_rcv_established')),
  point('tcp_v6_do_rcv', ...called('tcp_v6_do_rcv'), traced('tcp:tcp_probe', 'tcp_rcv_established')),
  point('tcp_queue_rcv', ...called('tcp_queue_rcv')),
  point(
    'sock_def_readable',
    ...called('sock_def_readable'),
    traced('sock:sk_data_ready', 'sock_def_readable'),
  ),
  point('skb_copy_datagram_iter', traced('skb:skb_copy_datagram_iovec', 'skb_copy_datagram_iter')),
  point('ip_output', ...called('ip_output')),
  point('ip6_output', ...called('ip6_output')),
  point('ip_finish_output', ...called('ip_finish_output')),
  point('ip6_finish_output', ...called('ip6_finish_output')),
  point('__dev_queue_xmit', ...called('__dev_queue_xmit'), traced('net:net_dev_queue', '__dev_queue_xmit')),
  point('dev_hard_start_xmit', traced('net:net_dev_start_xmit', 'dev_hard_start_xmit')),
  point('tcp_retransmit_skb', traced('tcp:tcp_retransmit_skb', 'tcp_retransmit_skb')),
  point('kfree_skb', traced('skb:kfree_skb', 'kfree_skb')),
  point('consume_skb', traced('skb:consume_skb', 'consume_skb')),
];
