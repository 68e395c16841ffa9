import type { Process } from './process.ts';
import type { Socket } from './socket.ts';

const CLOSED_KEPT = 16;

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

/** So that a filter still finds its process; of what closed within a minute more is known (endings.ts). */
export function rememberClosed(socket: Socket, owner: Process): void {
  owner.closed.push(socket);
  if (owner.closed.length > CLOSED_KEPT) owner.closed.shift();
}
