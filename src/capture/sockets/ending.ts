import { constants } from 'node:os';
import { kernelBtf } from '../../../native/kernel-btf.ts';
import type { Ending } from '../../model.ts';
import { type EndSample, RESET_SENT } from './life-record.ts';
import { SYN_SENT } from './states.ts';

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

/** Names of enum sk_rst_reason by number. */
export type ResetReasons = ReadonlyMap<number, string>;

let known: ResetReasons | undefined;

/** The running kernel's; none before Linux 6.10. */
export function resetReasons(): ResetReasons {
  known ??= new Map(
    (kernelBtf()?.enumerations(/^sk_rst_reason$/) ?? []).flatMap(({ values }) =>
      values.map(([name, value]) => [value, name.replace(/^SK_RST_REASON_/, '')] as const),
    ),
  );
  return known;
}

export type Told = Pick<Ending, 'cause' | 'resetBy' | 'reason'>;

/** How a connection ended that was in `oldState` before. Names of reasons come from `reasons`. */
export function endingOf(sample: EndSample, oldState: number, reasons: ResetReasons): Told {
  const cause = causeOf(sample, oldState === SYN_SENT);
  const resetBy = sample.reset === 0 ? null : sample.reset === RESET_SENT ? 'this end' : 'far end';
  return { cause, resetBy, reason: reasonOf(sample, cause, reasons) };
}

function causeOf({ error, reset, unsent }: EndSample, failed: boolean): Ending['cause'] {
  if (error === errno.ETIMEDOUT) return 'timed out';
  if (UNREACHABLE.has(error)) return 'unreachable';
  if (failed && error === errno.ECONNREFUSED) return 'refused';
  if (failed && error !== errno.ECONNRESET) return error !== 0 || unsent ? 'failed' : 'given up';
  return failed || reset !== 0 ? 'reset' : 'closed';
}

function reasonOf({ error, reset, reason }: EndSample, cause: Told['cause'], reasons: ResetReasons) {
  if (cause === 'unreachable' || (cause === 'failed' && error !== 0)) return ERROR_NAMES.get(error) ?? null;
  // A SYN_SENT socket gets this error from a reset or from this message alone: icmp_err_convert
  if (cause === 'refused' && reset === 0) return 'ICMP port unreachable';
  return reason === 0 ? null : (reasons.get(reason) ?? String(reason));
}
