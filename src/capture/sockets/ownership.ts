import type { Process } from '../processes/process.ts';
import type { Socket } from './socket.ts';

/** Says whose a socket is, and no more: it is none of the process's own. */
export function belong(socket: Socket, owner: Process): void {
  socket.owner = owner;
  socket.pid = owner.pid;
  socket.process = owner.process;
}

/** Gives a socket, with its flows, to a process. */
export function own(socket: Socket, owner: Process): void {
  socket.owner?.sockets.delete(socket);
  belong(socket, owner);
  owner.sockets.add(socket);
  for (const flow of socket.flows ?? []) own(flow, owner);
}
