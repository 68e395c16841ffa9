import type { Btf } from '../../../native/btf.ts';
import { u8, u64 } from '../../../native/fields.ts';
import { FAULT, RETRANSMIT_EVENT } from '../../abi/fault.ts';
import { codecOf, type Words } from '../../abi/layout.ts';
import { CLOSED_RECORD, ICMP_MESSAGE, LIFE, LIFE_EVENT, LIFE_STATES } from '../../abi/life.ts';
import { EVENT_KINDS } from '../../model/event.ts';
import { type DropPlace, dropPlaceReader } from './drop-place.ts';

/** Of enum life_kind. */
const LIFE_RETRANSMIT = EVENT_KINDS.indexOf('retransmit');

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
  /** enum fault: whose a retransmit is. */
  fault: number;
  /** What it is put down to, where that was dropped here. */
  drop: DropPlace | null;
}

/** A decoder of struct life; null where the connection is older than nettop. */
export function lifeReader(btf: Btf): (view: DataView, base: number) => LifeSample | null {
  const { at, get } = codecOf(btf, LIFE);
  const stateAt = u8.reader(at.states);
  const enteredNsAt = u64.reader(at.entered_ns);
  return (view, base) => {
    const count = Math.min(get.count(view, base), LIFE_STATES);
    if (count === 0) return null;
    const states = Array.from({ length: count }, (_, place) => ({
      state: stateAt(view, base + u8.size * place),
      enteredNs: enteredNsAt(view, base + u64.size * place),
    }));
    return {
      states,
      acceptedNs: get.accepted_ns(view, base),
      acceptedLate: get.accepted_late(view, base) !== 0,
      handshakeRetransmits: get.handshake_retransmits(view, base),
      reset: get.reset(view, base),
      reason: get.reason(view, base),
    };
  };
}

/** A decoder of struct icmp_message; null: there is none. */
export function icmpReader(btf: Btf): (view: DataView, base: number) => IcmpSample | null {
  const { get } = codecOf(btf, ICMP_MESSAGE);
  return (view, base) => {
    const family = get.family(view, base);
    if (family !== 4 && family !== 6) return null;
    return {
      sender: get.sender(view, base),
      family,
      type: get.type(view, base),
      code: get.code(view, base),
    };
  };
}

/** What the last record of a socket says beside the socket itself. */
export interface Closing extends EndSample {
  closedNs: number;
  /** Of enum failed_call bind(), which came to nothing; else 0. */
  call: number;
  oldState: number;
  /** Of a connection that was not made: its SYN's number. */
  initialSequence: number;
  life: LifeSample | null;
}

/** A decoder of struct closed_record without its socket. */
export function closingReader(btf: Btf): (view: DataView, base: number) => Closing {
  const { get } = codecOf(btf, CLOSED_RECORD);
  const readLife = lifeReader(btf);
  const readIcmp = icmpReader(btf);
  return (view, base) => {
    const life = readLife(view, get.life(view, base));
    return {
      initialSequence: get.initial_sequence(view, base),
      closedNs: life?.states.at(-1)?.enteredNs ?? get.closed_ns(view, base),
      oldState: get.old_state(view, base),
      error: get.error(view, base),
      unsent: get.unsent(view, base) !== 0,
      call: get.call(view, base),
      reset: life?.reset ?? 0,
      reason: life?.reason ?? 0,
      icmp: readIcmp(view, get.icmp(view, base)),
      life,
    };
  };
}

/** A decoder of struct life_event. */
export function eventReader(btf: Btf): (view: DataView, base: number) => EventSample {
  const { get } = codecOf(btf, LIFE_EVENT);
  const readIcmp = icmpReader(btf);
  const again = codecOf(btf, RETRANSMIT_EVENT).get;
  const readPlace = dropPlaceReader(btf);
  const faultOf = (view: DataView, base: number) =>
    get.kind(view, base) === LIFE_RETRANSMIT ? again.fault(view, base) : FAULT.unknown;
  return (view, base) => ({
    atNs: get.at_ns(view, base),
    cookie: get.cookie(view, base),
    sinceNs: get.since_ns(view, base),
    rxBytes: get.rx_bytes(view, base),
    txBytes: get.tx_bytes(view, base),
    local: get.local_address(view, base),
    remote: get.remote_address(view, base),
    pid: get.pid(view, base),
    netns: get.netns(view, base),
    retransmits: get.retransmits(view, base),
    localPort: get.local_port(view, base),
    remotePort: get.remote_port(view, base),
    kind: get.kind(view, base),
    oldState: get.old_state(view, base),
    state: get.state(view, base),
    error: get.error(view, base),
    reset: get.reset(view, base),
    reason: get.reason(view, base),
    accepted: get.accepted(view, base) !== 0,
    late: get.late(view, base) !== 0,
    unsent: get.unsent(view, base) !== 0,
    call: get.call(view, base),
    protocol: get.protocol(view, base),
    icmp: readIcmp(view, get.icmp(view, base)),
    comm: get.comm(view, base),
    fault: faultOf(view, base),
    drop: faultOf(view, base) === FAULT.local ? readPlace(view, again.at(view, base)) : null,
  });
}
