import type { Usage } from '../records/usage-record.ts';
import type { Process } from './process.ts';
import type { Socket } from './socket.ts';

/** What one of several processes moved through a TCP socket. */
export interface Part {
  process: Process;
  /** Moved before another process took over; from the socket's beginning on. */
  rxBytes: number;
  txBytes: number;
  /** What follows is moved by this process. */
  receives: boolean;
  sends: boolean;
  /** What of it the process has been given, or was there before nettop. */
  rxGiven: number;
  txGiven: number;
}

type Give = (process: Process, rxBytes: number, txBytes: number) => void;

function partOf(parts: Part[], process: Process): Part {
  const known = parts.find((part) => part.process === process);
  if (known) return known;
  const nothing = { rxBytes: 0, txBytes: 0, rxGiven: 0, txGiven: 0 };
  const part = { process, receives: false, sends: false, ...nothing };
  parts.push(part);
  return part;
}

/** TCP sockets shared by processes, or whose first guess of an owner was wrong. */
export class Parts {
  private readonly unsettled = new Set<Socket>();

  /** The socket's bytes, or its owner, are not what they were. */
  changed(socket: Socket): void {
    this.unsettled.add(socket);
  }

  /** The parts of a socket; what was given to its owner so far is one, right or wrong. */
  of(socket: Socket): Part[] {
    if (!socket.parts) {
      socket.parts = [];
      const { owner, rxCredited, txCredited } = socket;
      if (owner) Object.assign(partOf(socket.parts, owner), { rxGiven: rxCredited, txGiven: txCredited });
    }
    this.unsettled.add(socket);
    return socket.parts;
  }

  /** A process moved so many bytes more before another took over; `receives`, `sends`: whether it moves what follows. */
  add(
    socket: Socket,
    process: Process,
    { receives, sends }: Pick<Usage, 'receives' | 'sends'>,
    rxBytes: number,
    txBytes: number,
  ): void {
    const part = Object.assign(partOf(this.of(socket), process), {
      receives: receives === 1,
      sends: sends === 1,
    });
    part.rxBytes += rxBytes;
    part.txBytes += txBytes;
  }

  /** Once a tick, when all is known of it. */
  settle(give: Give): void {
    for (const socket of this.unsettled) settleParts(socket, give);
    this.unsettled.clear();
  }
}

/**
 * Gives each process its part of the socket's bytes, and the rest to the one that moves it now; takes
 * back what was given before this was known. All parts are together what the socket counts.
 */
function settleParts(socket: Socket, give: Give): void {
  const { parts, owner } = socket;
  if (!parts || !owner) return;
  const own = partOf(parts, owner);
  const receiver = parts.find(({ receives }) => receives) ?? own;
  const sender = parts.find(({ sends }) => sends) ?? own;
  let rxLeft = socket.rxBytes;
  let txLeft = socket.txBytes;
  const shares = parts.map(({ rxBytes, txBytes }) => {
    const share = { rx: Math.min(rxBytes, rxLeft), tx: Math.min(txBytes, txLeft) };
    rxLeft -= share.rx;
    txLeft -= share.tx;
    return share;
  });
  for (const [at, part] of parts.entries()) {
    const { rx = 0, tx = 0 } = shares[at] ?? {};
    const rxShare = rx + (part === receiver ? rxLeft : 0);
    const txShare = tx + (part === sender ? txLeft : 0);
    give(part.process, rxShare - part.rxGiven, txShare - part.txGiven);
    part.rxGiven = rxShare;
    part.txGiven = txShare;
  }
  socket.rxCredited = socket.rxBytes;
  socket.txCredited = socket.txBytes;
  // what was counted as the owner's part is told no second time
  const isWhole = own.rxBytes + own.txBytes === 0 && parts.every((part) => part === own || isNothing(part));
  if (isWhole) socket.parts = null;
}

/** It was thought to own the socket, as its listener's process or by an open file. */
function isNothing({ rxBytes, txBytes, rxGiven, txGiven, receives, sends }: Part): boolean {
  return !receives && !sends && rxBytes + txBytes + rxGiven + txGiven === 0;
}
