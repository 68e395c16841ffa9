import { hasFunction, tracepointArguments } from '../../../native/kernel.ts';
import { tryKind } from '../functions/allowed.ts';

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
export function callHooks(): string[] {
  if (tracepointArguments('sock_send_length') !== null) return CALLS;
  return hasFunction('inet_sendpage') ? [...CALLS_BY_FEXIT, 'exit_inet_sendpage'] : CALLS_BY_FEXIT;
}

/** The programs that see who writes to a TCP socket; none where neither the tracepoint nor fentry is there. */
export function writeHooks(): string[] {
  if (tracepointArguments('tcp_sendmsg_locked') !== null) return ['on_write'];
  if (tryKind('fentry') !== null) return [];
  const pages = hasFunction('do_tcp_sendpages') ? ['enter_do_tcp_sendpages'] : [];
  return ['enter_tcp_sendmsg_locked', 'exit_sk_stream_wait_memory', ...pages];
}
