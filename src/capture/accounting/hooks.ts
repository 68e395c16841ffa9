import type { Btf } from '../../../native/btf.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { BpfObject } from '../../../native/object.ts';
import {
  arePreempted,
  hasCallLengths,
  hasSendpage,
  hasTcpSendpages,
  hasWriteTracepoint,
} from '../../attach/kernel-differences.ts';
import type { Loaded } from '../../attach/objects.ts';
import type { RunningKernel } from '../../attach/running-kernel.ts';

/** Programs that are attached in this order. */
export interface UsageHooks {
  /** They see the states of connections. */
  states: string[];
  /** They count what calls on sockets moved. */
  calls: string[];
  /** They see who reads from and writes to TCP sockets. */
  streams: string[];
  /** Second ones of these, see bpf/accounting/again.bpf.h; none where the first are never preempted. */
  again: string[];
}

const AGAIN = '_again';
const STATES = ['on_state', 'on_destroy'];
const CALLS = ['on_send', 'on_receive'];
/** Without the tracepoints of CALLS. */
const CALLS_BY_FEXIT = [
  'exit_inet_sendmsg',
  'exit_inet6_sendmsg',
  'exit_inet_recvmsg',
  'exit_inet6_recvmsg',
  'exit_sock_common_recvmsg',
];

/** The programs that see what calls on sockets moved. */
function callHooks({ types }: RunningKernel): string[] {
  if (hasCallLengths(types)) return CALLS;
  return hasSendpage(types) ? [...CALLS_BY_FEXIT, 'exit_inet_sendpage'] : CALLS_BY_FEXIT;
}

/** The programs that see who writes to a TCP socket; none where neither the tracepoint nor fentry is there. */
function writeHooks(kernel: RunningKernel): string[] {
  if (hasWriteTracepoint(kernel.types)) return ['on_write'];
  if (kernel.refusal('fentry') !== null) return [];
  const pages = hasTcpSendpages(kernel.types) ? ['enter_do_tcp_sendpages'] : [];
  return ['enter_tcp_sendmsg_locked', 'exit_sk_stream_wait_memory', ...pages];
}

export function usageHooks(kernel: RunningKernel): UsageHooks {
  const calls = callHooks(kernel);
  const streams = ['on_read', ...writeHooks(kernel)];
  const again = arePreempted(kernel.types)
    ? [...STATES, ...calls, ...streams].map((program) => program + AGAIN)
    : [];
  return { states: STATES, calls, streams, again };
}

/** Knobs and maps, before the load. */
export function prepareUses(object: BpfObject, btf: Btf, { streams, again }: UsageHooks): void {
  setKnobs(object, btf, { has_write_hook: streams.length > 1, has_again: again.length > 0 });
  if (again.length === 0) object.leaveOut('seen_calls');
}

/** Of programs that were to be loaded those whose skips are losses: the second ones where these are there. */
export function lastLooks(loaded: Loaded, programs: readonly string[]): string[] {
  const known = new Set(loaded.object.programs().map(({ name }) => name));
  const isThere = (name: string) =>
    known.has(name) && !loaded.refused.has(name) && loaded.object.programFd(name) >= 0;
  return programs.map((program) => (isThere(program + AGAIN) ? program + AGAIN : program));
}
