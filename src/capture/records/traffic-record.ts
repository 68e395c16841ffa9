import type { Btf } from '../../../native/btf.ts';
import {
  WIRE_CAUSES,
  WIRE_PROTOCOLS,
  type WireCause,
  type WireCount,
  type WireProtocol,
} from '../../model/traffic.ts';
import { offsets, readName, readU64 } from './layout.ts';

const KEY = { start_ns: 8, pid: 4, netns: 4, interface: 4, cause: 1, protocol: 1, stacked: 1 };
const COUNT = {
  rx_frames: 8,
  rx_bytes: 8,
  rx_buffers: 8,
  rx_buffer_bytes: 8,
  tx_frames: 8,
  tx_bytes: 8,
  tx_buffers: 8,
  tx_buffer_bytes: 8,
  uid: 4,
  comm: 16,
};
const WAITING = { cookie: 8, flow: 48, key: 24 };
const OWNER = { start_ns: 8, pid: 4, uid: 4, comm: 16 };

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

const viewOf = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

export interface WireReader {
  sample(key: Buffer, value: Buffer): WireSample;
  owner(value: Buffer): WireOwner;
  /** What an entry of the waiting map is found by, and where its frames go otherwise. */
  waiting(key: Buffer): { cookie: Buffer | null; flow: Buffer; key: Buffer };
}

/** Decoders of struct wire_key, wire_count, wire_waiting and owner. */
export function wireReader(btf: Btf): WireReader {
  const inWaiting = offsets(btf, 'wire_waiting', WAITING);
  const inOwner = offsets(btf, 'owner', OWNER);
  return {
    sample: sampleReader(btf),
    owner(value) {
      const view = viewOf(value);
      const pid = view.getUint32(inOwner.pid, true);
      return readOwner(view, inOwner, pid, readU64(view, inOwner.start_ns));
    },
    waiting(key) {
      const part = (name: keyof typeof WAITING) =>
        key.subarray(inWaiting[name], inWaiting[name] + WAITING[name]);
      const cookie = part('cookie');
      const isNone = cookie.every((byte) => byte === 0);
      return { cookie: isNone ? null : cookie, flow: part('flow'), key: part('key') };
    },
  };
}

function sampleReader(btf: Btf): WireReader['sample'] {
  const inKey = offsets(btf, 'wire_key', KEY);
  const inCount = offsets(btf, 'wire_count', COUNT);
  return (key, value) => {
    const [keys, values] = [viewOf(key), viewOf(value)];
    const pid = keys.getUint32(inKey.pid, true);
    const count = (name: Exclude<keyof typeof COUNT, 'uid' | 'comm'>) => readU64(values, inCount[name]);
    return {
      owner: pid === 0 ? null : readOwner(values, inCount, pid, readU64(keys, inKey.start_ns)),
      cause: WIRE_CAUSES[keys.getUint8(inKey.cause) - 1] ?? 'other', // WIRE_OWNED is 0
      netns: keys.getUint32(inKey.netns, true),
      interface: keys.getUint32(inKey.interface, true),
      protocol: WIRE_PROTOCOLS[keys.getUint8(inKey.protocol)] ?? 'other',
      stacked: keys.getUint8(inKey.stacked) !== 0,
      frames: {
        rxPackets: count('rx_frames'),
        rxBytes: count('rx_bytes'),
        txPackets: count('tx_frames'),
        txBytes: count('tx_bytes'),
      },
      buffers: {
        rxPackets: count('rx_buffers'),
        rxBytes: count('rx_buffer_bytes'),
        txPackets: count('tx_buffers'),
        txBytes: count('tx_buffer_bytes'),
      },
    };
  };
}

function readOwner(
  view: DataView,
  at: Record<'uid' | 'comm', number>,
  pid: number,
  startNs: number,
): WireOwner {
  const uid = view.getUint32(at.uid, true);
  return { pid, startNs, uid, comm: readName(view, at.comm, OWNER.comm) };
}
