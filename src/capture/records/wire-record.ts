import type { Btf } from '../../../native/btf.ts';
import type { Codec } from '../../../native/codec.ts';
import { u64, viewOf } from '../../../native/fields.ts';
import { codecOf } from '../../abi/layout.ts';
import { FLOW_KEY, OWNER } from '../../abi/packet.ts';
import { WIRE_COUNT, WIRE_KEY, WIRE_WAITING } from '../../abi/wire.ts';
import {
  WIRE_CAUSES,
  WIRE_PROTOCOLS,
  type WireCause,
  type WireCount,
  type WireProtocol,
} from '../../model/wire.ts';

/** Who moved the frames. */
export interface WireOwner {
  pid: number;
  startNs: number;
  uid: number;
  /** As the process calls itself: not safe to print. */
  comm: string;
}

/** Frames of one process or cause, of one protocol, at one interface. */
export interface WireSample {
  /** null: there is none; see the cause. */
  owner: WireOwner | null;
  cause: WireCause;
  netns: number;
  interface: number;
  protocol: WireProtocol;
  /** The same packets are counted at a device below it too. */
  stacked: boolean;
  frames: WireCount;
  buffers: WireCount;
}

export interface WireReader {
  sample(key: Buffer, value: Buffer): WireSample;
  owner(value: Buffer): WireOwner;
  /** What an entry of the waiting map is found by, and where its frames go otherwise. */
  waiting(key: Buffer): { cookie: Buffer | null; flow: Buffer; key: Buffer };
}

/** Decoders of struct wire_key, wire_count, wire_waiting and owner. */
export function wireReader(btf: Btf): WireReader {
  const waiting = codecOf(btf, WIRE_WAITING);
  const flow = codecOf(btf, FLOW_KEY);
  const key = codecOf(btf, WIRE_KEY);
  return {
    sample: sampleReader(key, codecOf(btf, WIRE_COUNT)),
    owner: wireOwnerReader(btf),
    waiting(bytes) {
      const { at, get } = waiting;
      const part = (start: number, size: number) => bytes.subarray(start, start + size);
      return {
        cookie: get.cookie(viewOf(bytes), 0) === 0 ? null : part(at.cookie, u64.size),
        flow: part(at.flow, flow.size),
        key: part(at.key, key.size),
      };
    },
  };
}

/** Decodes struct owner. */
export function wireOwnerReader(btf: Btf): (value: Buffer) => WireOwner {
  const { get } = codecOf(btf, OWNER);
  return (value) => {
    const view = viewOf(value);
    return {
      pid: get.pid(view, 0),
      startNs: get.start_ns(view, 0),
      uid: get.uid(view, 0),
      comm: get.comm(view, 0),
    };
  };
}

function sampleReader(
  { get: key }: Codec<typeof WIRE_KEY.fields>,
  { get: count }: Codec<typeof WIRE_COUNT.fields>,
): WireReader['sample'] {
  return (keyBytes, value) => {
    const [keys, counts] = [viewOf(keyBytes), viewOf(value)];
    const pid = key.pid(keys, 0);
    return {
      owner:
        pid === 0
          ? null
          : { pid, startNs: key.start_ns(keys, 0), uid: count.uid(counts, 0), comm: count.comm(counts, 0) },
      cause: WIRE_CAUSES[key.cause(keys, 0) - 1] ?? 'other', // WIRE_OWNED is 0
      netns: key.netns(keys, 0),
      interface: key.interface(keys, 0),
      protocol: WIRE_PROTOCOLS[key.protocol(keys, 0)] ?? 'other',
      stacked: key.stacked(keys, 0) !== 0,
      frames: {
        rxPackets: count.rx_frames(counts, 0),
        rxBytes: count.rx_bytes(counts, 0),
        txPackets: count.tx_frames(counts, 0),
        txBytes: count.tx_bytes(counts, 0),
      },
      buffers: {
        rxPackets: count.rx_buffers(counts, 0),
        rxBytes: count.rx_buffer_bytes(counts, 0),
        txPackets: count.tx_buffers(counts, 0),
        txBytes: count.tx_buffer_bytes(counts, 0),
      },
    };
  };
}
