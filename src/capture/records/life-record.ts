import type { Btf } from '../../../native/btf.ts';
import { offsets, readName, readU64, readWords, type Words } from './layout.ts';

const LIFE_STATES = 8;
const LIFE = {
  entered_ns: 8 * LIFE_STATES,
  accepted_ns: 8,
  handshake_retransmits: 4,
  states: LIFE_STATES,
  count: 1,
  reset: 1,
  reason: 1,
  accepted_late: 1,
};
const EVENT = {
  at_ns: 8,
  cookie: 8,
  since_ns: 8,
  rx_bytes: 8,
  tx_bytes: 8,
  local_address: 16,
  remote_address: 16,
  pid: 4,
  netns: 4,
  retransmits: 4,
  local_port: 2,
  remote_port: 2,
  kind: 1,
  old_state: 1,
  state: 1,
  error: 1,
  reset: 1,
  reason: 1,
  accepted: 1,
  late: 1,
  unsent: 1,
  call: 1,
  protocol: 2,
  icmp: 20,
  comm: 16,
};
const ICMP = { sender: 16, family: 1, type: 1, code: 1 };

/** Who sent a reset: enum reset_sender. */
export const RESET_SENT = 1;
export const RESET_RECEIVED = 2;

/** Calls that fail: enum failed_call. */
export const CALL_CONNECT = 1;
export const CALL_SEND = 4;

/** How a connection came to its end, as the kernel's fields say it. */
export interface EndSample {
  /** errno; 0: none. */
  error: number;
  /** 0: nobody sent one. */
  reset: number;
  /** enum sk_rst_reason; 0: not told. */
  reason: number;
  /** It closed before a segment left. */
  unsent: boolean;
  /** What ended it; null: no message, or it is not known. */
  icmp: IcmpSample | null;
}

/** struct icmp_message. */
export interface IcmpSample {
  sender: Words;
  family: 4 | 6;
  type: number;
  code: number;
}

/** struct life. Times are monotonic, ns. */
export interface LifeSample {
  states: { state: number; enteredNs: number }[];
  /** 0: not accepted yet, or connected by this end. */
  acceptedNs: number;
  /** acceptedNs is when the socket was first used. */
  acceptedLate: boolean;
  handshakeRetransmits: number;
  reset: number;
  reason: number;
}

/** Something that happened to a connection, or a call that failed, as the kernel tells it. */
export interface EventSample extends EndSample {
  atNs: number;
  cookie: number;
  sinceNs: number;
  rxBytes: number;
  txBytes: number;
  local: Words;
  remote: Words;
  pid: number;
  netns: number;
  retransmits: number;
  localPort: number;
  remotePort: number;
  /** enum life_kind */
  kind: number;
  oldState: number;
  state: number;
  accepted: boolean;
  late: boolean;
  /** enum failed_call: what a process called; 0: its states tell it. */
  call: number;
  /** Of IP, or enum socket_kind. */
  protocol: number;
  /** As the process calls itself: not safe to print. */
  comm: string;
}

/** A decoder of struct life; null where the connection is older than nettop. */
export function lifeReader(btf: Btf): (view: DataView, base: number) => LifeSample | null {
  const o = offsets(btf, 'life', LIFE);
  return (view, base) => {
    const count = Math.min(view.getUint8(base + o.count), LIFE_STATES);
    if (count === 0) return null;
    const states = Array.from({ length: count }, (_, place) => ({
      state: view.getUint8(base + o.states + place),
      enteredNs: readU64(view, base + o.entered_ns + 8 * place),
    }));
    return {
      states,
      acceptedNs: readU64(view, base + o.accepted_ns),
      acceptedLate: view.getUint8(base + o.accepted_late) !== 0,
      handshakeRetransmits: view.getUint32(base + o.handshake_retransmits, true),
      reset: view.getUint8(base + o.reset),
      reason: view.getUint8(base + o.reason),
    };
  };
}

/** A decoder of struct icmp_message; null: there is none. */
function icmpReader(btf: Btf): (view: DataView, base: number) => IcmpSample | null {
  const o = offsets(btf, 'icmp_message', ICMP);
  return (view, base) => {
    const family = view.getUint8(base + o.family);
    if (family !== 4 && family !== 6) return null;
    return {
      sender: readWords(view, base + o.sender),
      family,
      type: view.getUint8(base + o.type),
      code: view.getUint8(base + o.code),
    };
  };
}

/** What the last record of a socket says beside the socket itself. */
export interface Closing extends EndSample {
  closedNs: number;
  oldState: number;
  /** Of a connection that was not made: its SYN's number. */
  initialSequence: number;
  life: LifeSample | null;
}

/** A decoder of struct closed_record without its socket. */
export function closingReader(btf: Btf): (view: DataView, base: number) => Closing {
  const sizes = {
    closed_ns: 8,
    initial_sequence: 4,
    old_state: 1,
    error: 1,
    unsent: 1,
    icmp: EVENT.icmp,
    life: btf.layout('life').size,
  };
  const o = offsets(btf, 'closed_record', sizes);
  const readLife = lifeReader(btf);
  const readIcmp = icmpReader(btf);
  return (view, base) => {
    const life = readLife(view, base + o.life);
    return {
      initialSequence: view.getUint32(base + o.initial_sequence, true),
      closedNs: life?.states.at(-1)?.enteredNs ?? readU64(view, base + o.closed_ns),
      oldState: view.getUint8(base + o.old_state),
      error: view.getUint8(base + o.error),
      unsent: view.getUint8(base + o.unsent) !== 0,
      reset: life?.reset ?? 0,
      reason: life?.reason ?? 0,
      icmp: readIcmp(view, base + o.icmp),
      life,
    };
  };
}

/** A decoder of struct life_event. */
export function eventReader(btf: Btf): (view: DataView, base: number) => EventSample {
  const o = offsets(btf, 'life_event', EVENT);
  const readIcmp = icmpReader(btf);
  return (view, base) => ({
    atNs: readU64(view, base + o.at_ns),
    cookie: readU64(view, base + o.cookie),
    sinceNs: readU64(view, base + o.since_ns),
    rxBytes: readU64(view, base + o.rx_bytes),
    txBytes: readU64(view, base + o.tx_bytes),
    local: readWords(view, base + o.local_address),
    remote: readWords(view, base + o.remote_address),
    pid: view.getUint32(base + o.pid, true),
    netns: view.getUint32(base + o.netns, true),
    retransmits: view.getUint32(base + o.retransmits, true),
    localPort: view.getUint16(base + o.local_port, true),
    remotePort: view.getUint16(base + o.remote_port, true),
    kind: view.getUint8(base + o.kind),
    oldState: view.getUint8(base + o.old_state),
    state: view.getUint8(base + o.state),
    error: view.getUint8(base + o.error),
    reset: view.getUint8(base + o.reset),
    reason: view.getUint8(base + o.reason),
    accepted: view.getUint8(base + o.accepted) !== 0,
    late: view.getUint8(base + o.late) !== 0,
    unsent: view.getUint8(base + o.unsent) !== 0,
    call: view.getUint8(base + o.call),
    protocol: view.getUint16(base + o.protocol, true),
    icmp: readIcmp(view, base + o.icmp),
    comm: readName(view, base + o.comm, EVENT.comm),
  });
}
