import { CALL } from '../../abi/life.ts';
import { formatAddress } from '../../filter/address.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Closing } from '../records/life-record.ts';
import type { Told } from './ending.ts';
import type { Socket } from './socket.ts';

/** A bind() that came to nothing: it has a row of its own. */
export function isFailedBind({ call }: Pick<Closing, 'call'>): boolean {
  return call === CALL.bind;
}

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** Whether the one that is open keeps another from its port. */
function holds(open: Socket, failed: Socket): boolean {
  if (open.protocol !== failed.protocol || open.netns !== failed.netns) return false;
  if (open.sourcePort !== failed.sourcePort || open.number > 0 || open.cookie === failed.cookie) return false;
  const [one, other] = [formatAddress(open.source), formatAddress(failed.source)];
  return one === other || isAny(one) || isAny(other);
}

/**
 * How a bind() ended: no hook has its error, so that the cause is inferred from who has the port a moment after, or
 * from the addresses of the network namespace.
 */
export function toldOfBind(
  failed: Socket,
  sockets: Iterable<Socket>,
  machine: Pick<Machine, 'hasAddress'>,
): Told {
  return {
    cause: 'failed',
    reason: reasonOf(failed, sockets, machine),
    resetBy: null,
    error: null,
    icmp: null,
    route: null,
  };
}

function reasonOf(failed: Socket, sockets: Iterable<Socket>, machine: Pick<Machine, 'hasAddress'>): string {
  const address = formatAddress(failed.source);
  for (const open of sockets) {
    if (failed.sourcePort === 0 || !holds(open, failed)) continue;
    return `bind(): the port is in use${open.owner ? ` by ${open.owner.process} (${open.owner.pid})` : ''}`;
  }
  const isLoopback = address.startsWith('127.'); // all of 127.0.0.0/8 is
  if (!isAny(address) && !isLoopback && !machine.hasAddress(failed.netns, address))
    return 'bind(): the address is not of this network namespace';
  return 'bind()';
}
