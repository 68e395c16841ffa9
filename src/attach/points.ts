import { SHAPE } from '../abi/packet.ts';
import { FIXED, type FixedFunction } from '../abi/points.ts';

/** One kernel function to watch, and the ways to attach to it. */
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
  /** The symbol to attach to, where it is not the function's own. */
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
  /** The function in whose body the tracepoint is, by its number in FIXED. */
  point: number;
}

/** Functions that programs are called by have the numbers from here on, in the order of the points. */
export const POINTS = 16;

/** Where the packet is: its position, that of a socket before it, the shape, and what else is true of it. */
function called(skb: number, sk: number, shape: keyof typeof SHAPE, delivers = false): Called {
  return { skb, sk, shape: SHAPE[shape], delivers, transmit: false };
}

/** A function with a socket alone. */
export function calledWithSocket(delivers: boolean, transmit: boolean): Called {
  return { skb: 0, sk: 1, shape: SHAPE.socket, delivers, transmit };
}

/** `around` is the function in whose body the kernel has the tracepoint. */
function traced(tracepoint: string, around: FixedFunction): Traced {
  const program = `tp_${tracepoint.slice(tracepoint.indexOf(':') + 1)}`;
  return { tracepoint, program, point: FIXED.indexOf(around) };
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
