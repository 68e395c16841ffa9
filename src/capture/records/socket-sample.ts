import type { Words } from '../../abi/layout.ts';
import type { Figures } from './tcp-sample.ts';

/** What a sweep or a last record says of a socket. */
export interface SocketSample extends Figures {
  /** The figures, as long as what they are read from stays; `before` may serve again. */
  holdFigures(before: Figures): Figures;
  rttUs: number;
  retransmits: number;
  cookie: number;
  rxBytes: number;
  txBytes: number;
  openedNs: number;
  startNs: number;
  local: Words;
  remote: Words;
  pid: number;
  uid: number;
  netns: number;
  /** Number of the interface that it is bound to, also by the zone of an address; 0: none. */
  device: number;
  localPort: number;
  remotePort: number;
  state: number;
  /** IPPROTO_, or as in socket-kinds.ts. */
  protocol: number;
  /** Of a packet socket, what it receives; 0: nothing. */
  ethertype: number;
  /** 1: a request or a time-wait socket, of which the kernel keeps the ends and the state alone. */
  mini: number;
  /** 1: it carries bytes for an MPTCP socket, where processes are counted. */
  subflow: number;
  /** 1: no process has taken it from its listener yet. */
  waiting: number;
  /** Of a request: how often its answer was due again. */
  timeouts: number;
  comm: string;
}
