import type { Closing } from '../records/life-record.ts';
import type { SocketSample } from '../records/socket-sample.ts';
import { belong } from './ownership.ts';
import type { ProcessTable } from './process-table.ts';
import { newSocket, type Socket } from './socket.ts';

/** A connect() that came to nothing before its SYN: its socket had no state to go through. */
export function isAttempt({ unsent, life }: Closing): boolean {
  return unsent && life === null;
}

/**
 * Apart from the connection that its socket may have become since, and from what it moved as another one
 * before: it has a process and a far end, and no bytes.
 */
export function attempt(sample: SocketSample, people: ProcessTable): Socket {
  const { pid, startNs, uid, comm, openedNs } = sample;
  const socket = newSocket(sample, false, openedNs);
  if (pid === 0 && startNs === 0) return socket;
  belong(socket, people.get(pid, startNs, uid, comm, openedNs));
  return socket;
}
