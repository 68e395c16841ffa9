import { constants } from 'node:os';
import { RESET } from '../../abi/life.ts';
import { formatAddress } from '../../filter/address.ts';
import { icmpName } from '../../model/icmp-names.ts';
import type { Ending, EventRow, IcmpError } from '../../model/model.ts';
import type { EndSample, IcmpSample } from '../records/life-record.ts';
import { SYN_SENT } from '../records/states.ts';
import type { Closed, Socket } from './socket.ts';

/** Node.js does not know two of them: include/uapi/asm-generic/errno.h. */
const errno = { ...constants.errno, ENONET: 64, EHOSTDOWN: 112 };
/**
 * What ICMP's messages, a missing route or a filter that refuses make of a connect: icmp_err_convert,
 * icmpv6_err_convert. ECONNREFUSED is among them too.
 */
const UNREACHABLE = new Set([
  errno.EHOSTUNREACH,
  errno.ENETUNREACH,
  errno.ENETDOWN,
  errno.ENONET,
  errno.EHOSTDOWN,
  errno.ENOPROTOOPT,
  errno.EOPNOTSUPP,
  errno.EACCES,
  errno.EPERM,
]);
const ERROR_NAMES = new Map(Object.entries(errno).map(([name, number]) => [number, name]));

/** What a reset's reason is called, by enum sk_rst_reason; null: it has no name. */
export type ResetReasons = (reason: number) => string | null;
const NO_REASONS: ResetReasons = () => null;

export type Told = Pick<Ending, 'cause' | 'resetBy' | 'reason' | 'error' | 'icmp' | 'route'>;

/** "ENETUNREACH"; null: it is none that has a name. */
export const errorName = (error: number): string | null => ERROR_NAMES.get(error) ?? null;

/** How a connection ended that was in `oldState` before. Names of reasons come from `reasons`. */
export function endingOf(sample: EndSample, oldState: number, reasons: ResetReasons): Told {
  const cause = causeOf(sample, oldState === SYN_SENT);
  const resetBy = sample.reset === 0 ? null : sample.reset === RESET.sent ? 'this end' : 'far end';
  const [error, icmp] = [errorName(sample.error), toIcmp(sample.icmp)];
  return { cause, resetBy, reason: reasonOf(sample, cause, reasons), error, icmp, route: null };
}

/** How a call failed that no connection's states tell of. */
export function endOfCall(sample: EndSample, call: NonNullable<EventRow['call']>): Told {
  const told = endingOf(sample, SYN_SENT, NO_REASONS);
  if (call === 'bind' || call === 'listen') return { ...told, cause: 'failed', reason: told.error };
  // netfilter's verdict, and that of a program on the cgroup: nf_hook_slow, BPF_CGROUP_RUN_PROG_INET_EGRESS
  if (call === 'send' && sample.error === errno.EPERM)
    return { ...told, reason: 'refused by a rule or a program on this machine: EPERM' };
  return told;
}

function causeOf({ error, reset, unsent, icmp }: EndSample, failed: boolean): Ending['cause'] {
  if (error === errno.ETIMEDOUT) return 'timed out';
  if (failed && error === errno.ECONNREFUSED) return 'refused';
  if (icmp !== null || UNREACHABLE.has(error)) return 'unreachable';
  if (failed && error !== errno.ECONNRESET) return error !== 0 || unsent ? 'failed' : 'given up';
  return failed || reset !== 0 ? 'reset' : 'closed';
}

function reasonOf({ error, reset, reason, icmp }: EndSample, cause: Told['cause'], reasons: ResetReasons) {
  if (icmp !== null) return icmpName(icmp.family, icmp.type, icmp.code);
  if (cause === 'unreachable' || (cause === 'failed' && error !== 0)) return errorName(error);
  // A SYN_SENT socket gets this error from a reset or from this message alone: icmp_err_convert
  if (cause === 'refused' && reset === 0) return 'ICMP port unreachable';
  return reason === 0 ? null : (reasons(reason) ?? String(reason));
}

export function toIcmp(sample: IcmpSample | null): IcmpError | null {
  if (sample === null) return null;
  const { family, type, code, sender } = sample;
  return { protocol: family === 4 ? 'icmp' : 'icmp6', type, code, sender: formatAddress(sender) };
}

const BY_RULE = 'NETFILTER_DROP';

/** The end of a connection with what this machine did to its packets. Times are monotonic, ns. */
export function toEnding({ told, drop, closedNs }: Closed, { source, netns }: Socket, nowNs: number): Ending {
  const secondsAgo = Math.max(0, nowNs - closedNs) / 1e9;
  const isRule = drop?.reason === BY_RULE && drop.netns === netns;
  if (told.resetBy === 'far end') {
    if (!isRule) return { ...told, drop: null, secondsAgo };
    return { ...told, resetBy: 'this end', reason: 'rejected by a rule on this machine', drop, secondsAgo };
  }
  const isOwn = told.icmp !== null && told.icmp.sender === formatAddress(source);
  return { ...told, reason: isOwn ? ownReason(told, drop) : told.reason, drop, secondsAgo };
}

/** Why this machine sent itself an ICMP message; `drop` is what became of the packet, where it is known. */
function ownReason({ reason, icmp }: Told, drop: Ending['drop']): string {
  if (drop?.reason === BY_RULE) return `rejected by a rule on this machine: ${reason}`;
  // IPv6 names no reason there, but the place
  if (drop && (/^NEIGH_/.test(drop.reason ?? '') || /^neigh_/.test(drop.place ?? '')))
    return `neighbour not found: ${reason}`;
  const isHost = icmp?.protocol === 'icmp' ? icmp.code === 1 : icmp?.code === 3;
  return `${reason} by this machine: ${isHost ? 'neighbour not found, or a rule' : 'a rule'}`;
}
