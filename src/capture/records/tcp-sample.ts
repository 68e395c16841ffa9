import type { SOCKET_RECORD } from '../../abi/socket.ts';
import { literalOf } from '../../model/literal.ts';
import { isMeasured, type TcpSample, tcpFigures } from '../../model/tcp-figures.ts';

type Member = keyof typeof SOCKET_RECORD.fields;

/** What the kernel counts of a socket, as struct tcp_info has it. */
export interface Figures extends TcpSample {
  /** Of a listener: connections that wait for accept(). */
  readonly receiveQueue: number;
  /** Of a listener: the most of those. */
  readonly sendQueue: number;
  /** Packets that it dropped (sk_drops); of UDP too. */
  readonly drops: number;
  /** Of a listener: connections before the end of their handshake. */
  readonly handshakes: number;
  /** Those of them whose answer was sent once so far. */
  readonly young: number;
}

/** How one is read. */
export interface Measurement {
  name: keyof Figures;
  member: Member;
  kind: 'number' | 'text' | 'jiffies';
  /** Before the first reading. */
  first: number | string;
}

const plain = (name: keyof Figures, member: Member): Measurement => ({
  name,
  member,
  kind: 'number',
  first: 0,
});

/** All figures, in the order in which an object has them. */
export const MEASUREMENTS: readonly Measurement[] = [
  ...tcpFigures.flatMap(([name, figure]): Measurement[] => {
    if (!isMeasured(figure)) return [];
    const kind = figure.kind === 'text' || figure.kind === 'jiffies' ? figure.kind : 'number';
    const first = kind === 'text' ? '' : (figure.none ?? 0);
    return [{ name: name as keyof Figures, member: figure.member as Member, kind, first }];
  }),
  plain('receiveQueue', 'receive_queue'),
  plain('sendQueue', 'send_queue'),
  plain('drops', 'drops'),
  plain('handshakes', 'handshakes'),
  plain('young', 'unsent_bytes'),
];

/** Before the first reading. */
export const NO_FIGURES = literalOf<undefined, Figures>(
  MEASUREMENTS.map(({ name, first }) => [name, JSON.stringify(first)]),
)(undefined);

/** The figures apart from what they are read from. */
export const copyFigures = literalOf<Figures, Figures>(
  MEASUREMENTS.map(({ name }) => [name, `from.${name}`]),
);
