import type { KernelTypes } from '../../native/kernel.ts';
import { SHAPE } from '../abi/packet.ts';
import { FIXED } from '../abi/points.ts';
import { CaptureError, UsageError } from '../errors.ts';
import type { Symbols } from '../machine/symbols.ts';
import type { Path } from '../model/model.ts';
import { globPattern } from '../text/glob.ts';
import { knownFunctions, type MatchedFunction, matchFunctions } from './functions.ts';
import { pathFunctions } from './path-sets.ts';
import { calledWithSocket, type Point, TRACE_POINTS, type Traced } from './points.ts';
import { verdictPoints } from './verdict-points.ts';

/** Functions with a socket alone, which the packets of that socket join: which way its data goes. */
const SOCKET_FUNCTIONS: Record<string, 'transmit' | 'receive'> = {
  tcp_v4_connect: 'transmit',
  tcp_v6_connect: 'transmit',
  tcp_sendmsg: 'transmit',
  tcp_recvmsg: 'receive',
  tcp_close: 'transmit',
};

/** They hand a packet to a socket; what they call knows the socket alone. */
const DELIVERS =
  /^(tcp_v[46](_do)?_rcv|tcp_rcv_(established|state_process)|tcp_queue_rcv|tcp_data_queue|udp(v6)?_queue_rcv_(one_)?skb|__udp_enqueue_schedule_skb)$/;

export interface Selection {
  points: readonly Point[];
  /** Functions that match and cannot be traced here. */
  left: number;
}

/**
 * The points that the user asks for: functions by pattern, and sets of them; the usual ones where neither
 * is given. Throws a UsageError where nothing matches, a CaptureError on a kernel without BTF.
 */
export function choosePoints(
  globs: readonly string[],
  paths: readonly Path[],
  types: KernelTypes,
  symbols: () => Symbols,
): Selection {
  if (globs.length === 0 && paths.length === 0) return { points: TRACE_POINTS, left: 0 };
  const btf = types.btf();
  if (!btf)
    throw new CaptureError(
      'the kernel does not describe its functions',
      'use one with CONFIG_DEBUG_INFO_BTF=y',
    );
  const wanted = [...globs, ...paths.flatMap(pathFunctions)];
  return select(wanted, matchFunctions(wanted, knownFunctions(btf, symbols())), globs, [
    ...TRACE_POINTS,
    ...verdictPoints(btf),
  ]);
}

/** `matched`: what the kernel has of the names and patterns in `wanted`; `known`: more is known of these. */
export function select(
  wanted: readonly string[],
  matched: readonly MatchedFunction[],
  globs: readonly string[],
  known: readonly Point[] = TRACE_POINTS,
): Selection {
  const patterns = wanted.map(globPattern);
  const isWanted = (name: string): boolean => patterns.some((pattern) => pattern.test(name));
  const points = new Map<string, Point>();
  const add = (point: Point): void => void (points.has(point.function) || points.set(point.function, point));
  for (const point of known) if (isWanted(point.function)) add(point);
  for (const found of matched) if (found.refusal === null) add(pointOf(found));
  for (const name of FIXED) if (isWanted(name)) add({ function: name, called: null, traced: tracedIn(name) });
  for (const [name, way] of Object.entries(SOCKET_FUNCTIONS))
    if (isWanted(name))
      add({ function: name, called: calledWithSocket(false, way === 'transmit'), traced: null });
  const missing = globs.find((glob) => ![...points.keys()].some((name) => globPattern(glob).test(name)));
  if (missing !== undefined)
    throw new UsageError(`--function: no function with a packet that can be traced is called ${missing}`);
  return { points: [...points.values()], left: matched.filter(({ refusal }) => refusal !== null).length };
}

function pointOf({ name, module, skb, sk }: MatchedFunction): Point {
  const socket = sk < skb && sk <= 3 ? sk : 0;
  const delivers = socket > 0 && DELIVERS.test(name);
  return {
    function: name,
    called: { skb, sk: socket, shape: SHAPE.any, delivers, transmit: false },
    traced: tracedIn(name),
    inModule: module !== null,
  };
}

/** The tracepoint in the body of that function. */
function tracedIn(name: string): Traced | null {
  const point = TRACE_POINTS.find(({ traced }) => traced && FIXED[traced.point] === name);
  return point?.traced ?? null;
}
