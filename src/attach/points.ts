/** One kernel function to watch, and the ways to stand on it. */
export interface Point {
  function: string;
  /** How a program that the function calls finds its packet; null: it is inlined, or has no packet. */
  called: Called | null;
  traced: Traced | null;
  /** The tracepoint sees packets that do not pass the function of that name. */
  tracepointFirst?: boolean;
  /** It is in a kernel module: programs on fentry do not reach it. */
  inModule?: boolean;
  /** Called by it and by nothing else: where the compiler put the function into its callers. */
  inner?: string;
  /** The symbol to stand on, where it is not the function's own. */
  symbol?: string;
  /** Its events wait for what it returns: it has programs of its own, on its entry and on its end. */
  hasVerdict?: boolean;
}

export const symbolOf = ({ function: name, symbol }: Point): string => symbol ?? name;

/** struct function in bpf/abi/packet.h. Positions count from 1; 0: none. */
export interface Called {
  skb: number;
  sk: number;
  shape: number;
  /** Functions that it calls know the socket alone. */
  delivers: boolean;
  /** Without a packet: the socket's data goes out. */
  transmit: boolean;
}

export interface Traced {
  /** group:name */
  tracepoint: string;
  program: string;
  /** The function in whose body the tracepoint stands, by its number in FIXED. */
  point: number;
}

/** enum skb_shape in bpf/packet/flow.bpf.h. */
export const SHAPE = { receive: 0, transmit: 1, socket: 2, output: 3, any: 4 } as const;

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
/** Functions that programs are called by have the numbers from here on, in the order of the points. */
export const POINTS = 16;
/** First packets at each point whose headers are kept for --debug-func. */
export const RAW_HEADERS = 2;

/** Where the packet is: its position, that of a socket before it, the shape, and what else is true of it. */
function called(skb: number, sk: number, shape: keyof typeof SHAPE, delivers = false): Called {
  return { skb, sk, shape: SHAPE[shape], delivers, transmit: false };
}

/** A function with a socket alone. */
export function calledWithSocket(delivers: boolean, transmit: boolean): Called {
  return { skb: 0, sk: 1, shape: SHAPE.socket, delivers, transmit };
}

/** `standsIn` is the function in whose body the kernel has the tracepoint. */
function traced(tracepoint: string, standsIn: FixedFunction): Traced {
  const program = `tp_${tracepoint.slice(tracepoint.indexOf(':') + 1)}`;
  return { tracepoint, program, point: FIXED.indexOf(standsIn) };
}

function point(name: string, call: Called | null, trace: Traced | null = null): Point {
  return { function: name, called: call, traced: trace };
}

/**
 * The points of the trace. netif_receive_skb has its tracepoint first: most packets reach
 * __netif_receive_skb_core by other ways than the function of that name, and all pass the tracepoint.
 */
export const TRACE_POINTS: Point[] = [
  point('netif_rx', null, traced('net:netif_rx', 'netif_rx')),
  {
    ...point(
      'netif_receive_skb',
      called(1, 0, 'receive'),
      traced('net:netif_receive_skb', 'netif_receive_skb'),
    ),
    tracepointFirst: true,
  },
  { ...point('ip_rcv_finish', called(3, 0, 'receive')), inner: 'ip_rcv_finish_core' },
  { ...point('ip6_rcv_finish', called(3, 0, 'receive')), inner: 'ip6_rcv_finish_core' },
  point('tcp_v4_do_rcv', called(2, 1, 'socket', true), traced('tcp:tcp_probe', 'tcp_rcv_established')),
  point('tcp_v6_do_rcv', called(2, 1, 'socket', true), traced('tcp:tcp_probe', 'tcp_rcv_established')),
  point('tcp_queue_rcv', called(2, 1, 'socket', true)),
  point(
    'sock_def_readable',
    calledWithSocket(true, false),
    traced('sock:sk_data_ready', 'sock_def_readable'),
  ),
  point('skb_copy_datagram_iter', null, traced('skb:skb_copy_datagram_iovec', 'skb_copy_datagram_iter')),
  point('ip_output', called(3, 0, 'output')),
  point('ip6_output', called(3, 0, 'output')),
  point('ip_finish_output', called(3, 0, 'transmit')),
  point('ip6_finish_output', called(3, 0, 'transmit')),
  point('__dev_queue_xmit', called(1, 0, 'transmit'), traced('net:net_dev_queue', '__dev_queue_xmit')),
  point('dev_hard_start_xmit', null, traced('net:net_dev_start_xmit', 'dev_hard_start_xmit')),
  point('tcp_retransmit_skb', null, traced('tcp:tcp_retransmit_skb', 'tcp_retransmit_skb')),
  point('kfree_skb', null, traced('skb:kfree_skb', 'kfree_skb')),
  point('consume_skb', null, traced('skb:consume_skb', 'consume_skb')),
];
