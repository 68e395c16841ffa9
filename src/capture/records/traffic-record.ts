import type { Btf } from '../../../native/btf.ts';
import { u64Bytes, viewOf } from '../../../native/fields.ts';
import { codecOf } from '../../abi/layout.ts';
import { FLOW_KEY, STATUS } from '../../abi/packet.ts';
import { TRAFFIC_DEVICE, TRAFFIC_FLOW, TRAFFIC_KEY, TRAFFIC_SUM } from '../../abi/traffic.ts';
import { formatAddress } from '../../filter/address.ts';
import type { WireCount } from '../../model/wire.ts';
import type { WireOwner } from './wire-record.ts';

/** A flow at one device. The near end is where packets that come in are going, and where those that go out come from. */
export interface TrafficFlow {
  netns: number;
  interface: number;
  /** 4, 6; 0: no IP. */
  family: number;
  /** Of IP; without IP the EtherType. */
  protocol: number;
  /** '': no IP, or not known. */
  near: string;
  far: string;
  /** 0: there is none, or it is not known. */
  nearPort: number;
  farPort: number;
}

/** A look at one entry; of the count it is the same object each time. */
export interface TrafficSample {
  count: WireCount;
  pid: number;
  flow(): TrafficFlow;
  owner(): WireOwner;
}

export interface TrafficReader {
  sample(key: Buffer, values: DataView, at: number): TrafficSample;
  /** Of the bytes of an entry that has left the kernel. */
  count(value: Buffer): WireCount;
  device(key: Buffer): { netns: number; interface: number };
  /** What its owner is found by later: the socket, where it is known, and the flow. */
  lookup(key: Buffer, value: Buffer): { cookie: Buffer | null; flow: Buffer };
}

/** Decoders of struct traffic_key, traffic_flow, traffic_sum and traffic_device. */
export function trafficReader(btf: Btf): TrafficReader {
  const flowOf = flowReader(btf);
  const fill = countReader(btf);
  const device = codecOf(btf, TRAFFIC_DEVICE).get;
  const { get } = codecOf(btf, TRAFFIC_FLOW);
  const looked: { key: Buffer; view: DataView; at: number } = {
    key: Buffer.alloc(0),
    view: viewOf(Buffer.alloc(0)),
    at: 0,
  };
  const sample: TrafficSample = {
    count: noCount(),
    pid: 0,
    flow: () => flowOf(looked.key),
    owner: () => ({
      pid: get.pid(looked.view, looked.at),
      startNs: get.start_ns(looked.view, looked.at),
      uid: get.uid(looked.view, looked.at),
      comm: get.comm(looked.view, looked.at),
    }),
  };
  return {
    sample(key, view, at) {
      looked.key = key;
      looked.view = view;
      looked.at = at;
      fill(sample.count, view, get.sum(view, at));
      sample.pid = get.pid(view, at);
      return sample;
    },
    count: (value) => fill(noCount(), viewOf(value), 0),
    device: (key) => ({ netns: device.netns(viewOf(key), 0), interface: device.interface(viewOf(key), 0) }),
    lookup: lookupReader(btf),
  };
}

const noCount = (): WireCount => ({ rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 });

function countReader(btf: Btf): (count: WireCount, view: DataView, at: number) => WireCount {
  const { get } = codecOf(btf, TRAFFIC_SUM);
  return (count, view, at) => {
    count.rxPackets = get.rx_frames(view, at);
    count.rxBytes = get.rx_bytes(view, at);
    count.txPackets = get.tx_frames(view, at);
    count.txBytes = get.tx_bytes(view, at);
    return count;
  };
}

function flowReader(btf: Btf): (key: Buffer) => TrafficFlow {
  const { get } = codecOf(btf, TRAFFIC_KEY);
  return (key) => {
    const view = viewOf(key);
    const family = get.family(view, 0);
    const isKnown = family !== 0 && !(get.status(view, 0) & STATUS.hidden);
    return {
      netns: get.netns(view, 0),
      interface: get.interface(view, 0),
      family,
      protocol: get.protocol(view, 0),
      near: isKnown ? formatAddress(get.near_address(view, 0)) : '',
      far: isKnown ? formatAddress(get.far_address(view, 0)) : '',
      nearPort: get.near_port(view, 0),
      farPort: get.far_port(view, 0),
    };
  };
}

function lookupReader(btf: Btf): TrafficReader['lookup'] {
  const key = codecOf(btf, TRAFFIC_KEY).get;
  const value = codecOf(btf, TRAFFIC_FLOW).get;
  const flow = codecOf(btf, FLOW_KEY);
  return (keyBytes, valueBytes) => {
    const view = viewOf(keyBytes);
    const cookie = value.cookie(viewOf(valueBytes), 0);
    return {
      cookie: cookie === 0 ? null : u64Bytes(cookie),
      flow: flow.bytes({
        local_address: key.near_address(view, 0),
        remote_address: key.far_address(view, 0),
        netns: key.netns(view, 0),
        protocol: key.protocol(view, 0),
        local_port: key.near_port(view, 0),
        remote_port: key.far_port(view, 0),
      }),
    };
  };
}
