import { endingOf, endOfCall, type ResetReasons } from '../../capture/ledger/ending.ts';
import { toldByRoute } from '../../capture/ledger/route-refusals.ts';
import type { EventSample, LifeSample } from '../../capture/records/life-record.ts';
import { kindName } from '../../capture/records/socket-kinds.ts';
import { CLOSE, ESTABLISHED, SYN_SENT, stateName } from '../../capture/records/states.ts';
import { formatAddress } from '../../filter/address.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import { EVENT_KINDS, type EventKind, type EventRow, FAILED_CALLS, type Life } from '../../model/model.ts';
import { type FarName, NO_FAR_NAME } from './far-name.ts';
import { type DropEnds, type PlaceNames, toFault, toSegmentDrop } from './fault-rows.ts';

/** A connection's life up to then; null where it is not known. */
export function toLife(sample: LifeSample | null, untilNs: number): Life | null {
  if (sample === null) return null;
  const { states, acceptedNs } = sample;
  const [first] = states;
  const established = states.find(({ state }) => state === ESTABLISHED);
  const ended = established ?? states.find(({ state }) => state === CLOSE);
  const connected = first?.state === SYN_SENT && ended ? ended.enteredNs - first.enteredNs : null;
  return {
    states: states.map(({ state, enteredNs }, place) => ({
      state: stateName(state),
      us: Math.max(0, (states[place + 1]?.enteredNs ?? untilNs) - enteredNs) / 1000,
    })),
    connectUs: connected === null ? null : connected / 1000,
    acceptUs: acceptedNs && established ? (acceptedNs - established.enteredNs) / 1000 : null,
    acceptAtMost: sample.acceptedLate,
    synRetransmits: sample.handshakeRetransmits,
  };
}

export interface EventNames {
  reasons: ResetReasons;
  /** Makes a name that a process chose safe to print. */
  safe(name: string): string;
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs: number;
  /** Of what was dropped. */
  places: PlaceNames;
  /** Of the far end. */
  farName?(sample: EventSample): FarName;
}

/** An event as a row. `refused`: the errno of the routes, where nothing was sent. */
export function toEvent(sample: EventSample, names: EventNames, refused = 0): EventRow {
  const { reasons, safe, epochUs } = names;
  const { remoteName, remoteNameSource } = names.farName?.(sample) ?? NO_FAR_NAME;
  const event = EVENT_KINDS[sample.kind] ?? 'state';
  const ends = event === 'close' || event === 'failed';
  const changes = ends || event === 'connect' || event === 'established' || event === 'state';
  const call = FAILED_CALLS[sample.call] ?? null;
  const { cause, resetBy, reason, error, icmp, route } = endOf(sample, event, reasons, refused);
  const isWhole = sample.cookie !== 0 && sample.protocol === PROTOCOLS.tcp;
  return {
    timeUs: epochUs + sample.atNs / 1000,
    event,
    socket: sample.cookie || null,
    protocol: kindName(sample.protocol),
    call,
    state: sample.state ? stateName(sample.state) : null,
    previousState: changes ? stateName(sample.oldState) : null,
    localAddress: formatAddress(sample.local),
    localPort: sample.localPort || null,
    remoteAddress: formatAddress(sample.remote),
    remotePort: sample.remotePort || null,
    remoteName,
    remoteNameSource,
    pid: sample.pid || null,
    process: sample.pid ? safe(sample.comm) : null,
    netns: sample.netns || null,
    us: timeOf(sample, event),
    atMost: sample.late,
    rxBytes: isWhole ? sample.rxBytes : null,
    txBytes: isWhole ? sample.txBytes : null,
    retransmits: isWhole ? sample.retransmits : null,
    fault: toFault(sample.fault),
    drop: sample.drop && toSegmentDrop(sample.drop, names.places, endsOf(sample)),
    cause: ends ? cause : null,
    resetBy,
    reason: ends || event === 'reset' ? reason : null,
    error: ends ? error : null,
    icmp,
    route,
  };
}

function endsOf({ local, localPort, remote, remotePort }: EventSample): DropEnds {
  return { localAddress: formatAddress(local), localPort, remoteAddress: formatAddress(remote), remotePort };
}

function endOf(sample: EventSample, event: EventKind, reasons: ResetReasons, refused: number) {
  const call = FAILED_CALLS[sample.call] ?? null;
  if (call !== null) return toldByRoute(endOfCall(sample, call), refused);
  return endingOf(sample, event === 'failed' ? SYN_SENT : sample.oldState, reasons);
}

/** The kernel's socket of an accepted connection begins with the end of the handshake. */
function timeOf({ sinceNs, accepted }: EventSample, event: EventKind): number | null {
  if (event === 'accept') return sinceNs / 1000;
  return sinceNs === 0 || (accepted && event === 'established') ? null : sinceNs / 1000;
}
