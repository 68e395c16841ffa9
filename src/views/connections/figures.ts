import { hasFigures, isListener, type Socket } from '../../capture/ledger/socket.ts';
import type { Figures } from '../../capture/records/tcp-sample.ts';
import { literalOf } from '../../model/literal.ts';
import type { Backlog, TcpFigures } from '../../model/model.ts';
import { isMeasured, type Measured, tcpFigures } from '../../model/tcp-figures.ts';

/** What a row has of what was read. */
export const rowOf = literalOf<Figures, TcpFigures>(
  tcpFigures.map(([name, figure]) => [name, isMeasured(figure) ? cellOf(name, figure) : figure.of]),
);

/** The row's value, as an expression of what was read. */
function cellOf(name: string, { kind, none }: Measured): string {
  if (kind === 'flag') return `from.${name} === 1`;
  return none === undefined ? `from.${name}` : `from.${name} === ${none} ? null : from.${name}`;
}

/** null: not TCP, or a listener, or a socket of which the kernel has none, or that sent nothing. */
export function figuresOf(socket: Socket): TcpFigures | null {
  if (!hasFigures(socket) || socket.closed?.unsent) return null;
  return rowOf(socket.figures);
}

/** null: not a listener. */
export function backlog(socket: Socket): Backlog | null {
  const { receiveQueue, sendQueue, handshakes } = socket.figures;
  return isListener(socket) ? { waiting: receiveQueue, limit: sendQueue, handshakes } : null;
}
