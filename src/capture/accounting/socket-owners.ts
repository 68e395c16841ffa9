import type { Btf } from '../../../native/btf.ts';
import type { BpfMap } from '../../../native/map.ts';
import { offsets } from '../records/layout.ts';
import type { WireOwner } from '../records/traffic-record.ts';

const FLOW = { local_address: 16, remote_address: 16, remote_port: 2 };
/** An IPv4 address in its IPv4-mapped form begins so. */
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');

/** The accounting side's maps, which say whose a socket is, and which socket a flow belongs to. */
export interface OwnerMaps {
  owners: BpfMap;
  flows: BpfMap;
}

/** Finds the owner of a socket or a flow as the programs do, but later: when it has been learned. */
export class SocketOwners {
  private readonly offset;

  constructor(
    private readonly maps: OwnerMaps,
    btf: Btf,
    private readonly readOwner: (value: Buffer) => WireOwner,
  ) {
    this.offset = offsets(btf, 'flow_key', FLOW);
  }

  /** null: not learned. */
  ofSocket(cookie: Buffer): WireOwner | null {
    const value = this.maps.owners.lookup(cookie);
    const owner = value && this.readOwner(value);
    return owner?.pid ? owner : null;
  }

  /** By the exact flow, else by the socket without a far end at its local address: find_unconnected. */
  ofFlow(flow: Buffer): WireOwner | null {
    for (const key of this.keys(flow)) {
      const cookie = this.maps.flows.lookup(key);
      if (cookie) return this.ofSocket(cookie);
    }
    return null;
  }

  private keys(flow: Buffer): Buffer[] {
    const { local_address: local, remote_address: remote, remote_port: port } = this.offset;
    const unconnected = Buffer.from(flow).fill(0, remote, remote + 16);
    unconnected.writeUInt16LE(0, port);
    const isIpv4 = flow.subarray(local, local + MAPPED.length).equals(MAPPED);
    const anyIpv4 = Buffer.from(unconnected).fill(0, local + MAPPED.length, local + 16);
    const any = Buffer.from(unconnected).fill(0, local, local + 16);
    return [flow, unconnected, ...(isIpv4 ? [anyIpv4] : []), any];
  }
}
