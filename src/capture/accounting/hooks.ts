import type { Btf } from '../../../native/btf.ts';
import { hasFunction, hasMember, tracepointArguments } from '../../../native/kernel.ts';
import type { BpfObject } from '../../../native/object.ts';
import { tryKind } from '../../attach/allowed.ts';
import type { Loaded } from '../../attach/objects.ts';

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
/** Before Linux 6.3, which brought the tracepoints that CALLS stand on. */
const CALLS_BY_FEXIT = [
  'exit_inet_sendmsg',
  'exit_inet6_sendmsg',
  'exit_inet_recvmsg',
  'exit_inet6_recvmsg',
  'exit_sock_common_recvmsg',
];

/** The programs that see what calls on sockets moved. */
function callHooks(): string[] {
  if (tracepointArguments('sock_send_length') !== null) return CALLS;
  return hasFunction('inet_sendpage') ? [...CALLS_BY_FEXIT, 'exit_inet_sendpage'] : CALLS_BY_FEXIT;
}

/** The programs that see who writes to a TCP socket; none where neither the tracepoint nor fentry is there. */
function writeHooks(): string[] {
  if (tracepointArguments('tcp_sendmsg_locked') !== null) return ['on_write'];
  if (tryKind('fentry') !== null) return [];
  const pages = hasFunction('do_tcp_sendpages') ? ['enter_do_tcp_sendpages'] : [];
  return ['enter_tcp_sendmsg_locked', 'exit_sk_stream_wait_memory', ...pages];
}

/** The member is of the same commit that made tracepoints' programs preemptible, a46023d5616e. */
const arePreempted = (): boolean => hasMember('tp_transition_snapshot', 'srcu_gp');

export function usageHooks(): UsageHooks {
  const calls = callHooks();
  const streams = ['on_read', ...writeHooks()];
  const again = arePreempted() ? [...STATES, ...calls, ...streams].map((program) => program + AGAIN) : [];
  return { states: STATES, calls, streams, again };
}

/** Knobs and maps, before the load. */
export function prepareUses(object: BpfObject, btf: Btf, { streams, again }: UsageHooks): void {
  const knobs = { has_write_hook: streams.length > 1, has_again: again.length > 0 };
  object.setReadOnlyData(
    Object.entries(knobs).map(([name, value]) => ({
      offset: btf.variable('.rodata', name),
      bytes: Uint8Array.of(value ? 1 : 0),
    })),
  );
  if (again.length === 0) object.leaveOut('seen_calls');
}

/** Of programs that were to be loaded those whose skips are losses: the second ones where these are there. */
export function lastLooks(loaded: Loaded, programs: readonly string[]): string[] {
  const known = new Set(loaded.object.programs().map(({ name }) => name));
  const isThere = (name: string) =>
    known.has(name) && !loaded.refused.has(name) && loaded.object.programFd(name) >= 0;
  return programs.map((program) => (isThere(program + AGAIN) ? program + AGAIN : program));
}
