import type { KernelTypes } from '../../native/kernel.ts';
import { isKernelFrom } from '../machine/kernel-version.ts';

/**
 * Where kernels from 5.10 on differ, as far as it decides on programs and knobs: each is asked of the running kernel's
 * own types, as distributions move what is new into older kernels; what has to be tried is in allowed.ts. bpf/kernel/compat.h has all of them,
 * with the commits, and what is found when a program loads.
 */

const hasArguments = (types: KernelTypes, tracepoint: string, count: number): boolean =>
  (types.tracepointArguments(tracepoint) ?? 0) >= count;

/** Linux 5.14, e6a3e4434000: the tracepoint of errors that are reported to a socket. */
export const hasErrorReport = (types: KernelTypes): boolean =>
  types.tracepointArguments('inet_sk_error_report') !== null;

/** Linux 5.16, 8844e01062dd: before, ipt_do_table and ip6t_do_table have the packet first and the table last. */
export const hasTableFirst = (types: KernelTypes, functions: readonly string[]): boolean =>
  functions.some((name) => types.btf()?.findFunction(name)?.skb === 2);

/** Linux 5.17, c504e5c2f964: why a packet is dropped. */
export const hasDropReason = (types: KernelTypes): boolean => hasArguments(types, 'kfree_skb', 3);

/** Linux 6.1, fba1a1c6c912 and 96da3f7d489d: tracing programs may take the memory of a hash's entry when they make it. */
export const canAllocateAsUsed = (): boolean => isKernelFrom('6.1');

/** Linux 6.3, 6e6eda44b939: the tracepoints of what calls on sockets moved. */
export const hasCallLengths = (types: KernelTypes): boolean =>
  types.tracepointArguments('sock_send_length') !== null;

/** Until Linux 6.5, dc97391e6610: sendfile() and splice() have ways of their own. */
export const hasSendpage = (types: KernelTypes): boolean => types.hasFunction('inet_sendpage');
export const hasTcpSendpages = (types: KernelTypes): boolean => types.hasFunction('do_tcp_sendpages');

/** Linux 6.4, e38fbfa972f6: the end of a chain of nftables knows the chain; false too where nftables is not loaded. */
export const hasChainEnds = (types: KernelTypes): boolean => types.hasStruct('nft_rule_dp_last');

/** Linux 6.10, 92ef0fd55ac8: two arguments of inet_csk_accept; before four. */
export const acceptArguments = (types: KernelTypes): number => types.functionArguments('inet_csk_accept');

/** Linux 6.10, the series of 1f2ccdaf87f9: why a reset is sent. */
export const hasResetReason = (types: KernelTypes): boolean => hasArguments(types, 'tcp_send_reset', 3);

/** Linux 6.11, c53795d48ee8: which socket a dropped packet was for. */
export const hasDropReceiver = (types: KernelTypes): boolean => hasArguments(types, 'kfree_skb', 4);

/** Linux 6.15: segments whose sending failed are among those that are retransmitted, with the error. */
export const hasRetransmitError = (types: KernelTypes): boolean =>
  hasArguments(types, 'tcp_retransmit_skb', 3);

/** Linux 6.16, 0f08335ade71: the tracepoint of writes to TCP sockets. */
export const hasWriteTracepoint = (types: KernelTypes): boolean =>
  types.tracepointArguments('tcp_sendmsg_locked') !== null;

/** Linux 7.0, a46023d5616e: tracepoints' programs can be preempted. The member is of the same commit. */
export const arePreempted = (types: KernelTypes): boolean =>
  types.hasMember('tp_transition_snapshot', 'srcu_gp');
