import { constants } from 'node:os';
import { address, u32, viewOf } from '../../../native/fields.ts';
import type { Words } from '../../abi/layout.ts';
import { isMapped } from '../../filter/address.ts';
import type { Machine } from '../../machine/machine.ts';
import type { RefusingRoute } from '../../model/model.ts';
import { errorName, type Told } from './ending.ts';

const { EACCES, EAGAIN, EHOSTUNREACH, EINVAL, ENETUNREACH } = constants.errno;
/** By the error that each makes (fib_props, net/ipv4/fib_semantics.c; ip6_rt_init_dst_reject, net/ipv6/route.c). */
const ROUTES = new Map<number, RefusingRoute['type']>([
  [ENETUNREACH, 'none'],
  [EHOSTUNREACH, 'unreachable'],
  [EACCES, 'prohibit'],
  [EINVAL, 'blackhole'],
  [EAGAIN, 'throw'],
]);
/** Between two drains. Each takes some 40 µs in another network namespace. */
const MOST = 16;

/** Where somebody could not send to. */
export interface Destination {
  remote: Words;
  netns: number;
  /** Number of the interface that the socket is bound to; 0: none, or not known. */
  device: number;
}

/** Asks the routes why a call could not send: a moment later, so that the answer is inferred. */
export class RouteRefusals {
  private readonly answers = new Map<string, number>();

  constructor(private readonly machine: Pick<Machine, 'routeError'>) {}

  /** Routes may be others from now on. */
  forget(): void {
    this.answers.clear();
  }

  /** The errno that the routes give for it; 0: they have one, or it is not known. */
  of({ remote, netns, device }: Destination): number {
    const key = `${netns} ${device} ${Array.from(remote).join(' ')}`;
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    if (this.answers.size >= MOST) return 0;
    const answer = this.machine.routeError(netns, bytesOf(remote).toString('hex'), device);
    this.answers.set(key, answer);
    return answer;
  }
}

function bytesOf(words: Words): Buffer {
  const bytes = Buffer.alloc(address.size);
  address.write(viewOf(bytes), 0, words);
  return isMapped(words) ? bytes.subarray(-u32.size) : bytes; // its last word
}

/**
 * What the routes' error adds to how a call failed before anything was sent. One that has another error than the
 * routes give failed for something else.
 */
export function toldByRoute(told: Told, refused: number): Told {
  const type = ROUTES.get(refused);
  const name = errorName(type === 'throw' ? ENETUNREACH : refused); // what is thrown back finds no other route
  if (type === undefined || (told.error !== null && told.error !== name)) return told;
  const route = type === 'none' ? 'no route' : `${type} route`;
  const reason = told.error === null ? route : `${route}: ${told.error}`;
  return { ...told, cause: 'unreachable', reason, route: { type, inferred: true } };
}
