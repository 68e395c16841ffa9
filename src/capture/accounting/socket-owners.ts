import type { Btf } from '../../../native/btf.ts';
import type { Values } from '../../../native/codec.ts';
import { viewOf } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf, type Words } from '../../abi/layout.ts';
import { FLOW_KEY } from '../../abi/packet.ts';
import type { WireOwner } from '../records/wire-record.ts';

const ANY: Words = [0, 0, 0, 0];
/** An IPv4 address in its IPv4-mapped form begins as this does. */
const ANY_IPV4: Words = [0, 0, 0xffff, 0];

/** The accounting side's maps, which say whose a socket is, and which socket a flow belongs to. */
export interface OwnerMaps {
  owners: BpfMap;
  flows: BpfMap;
}

/** Finds the owner of a socket or a flow as the programs do, but later: when it has been learned. */
export class SocketOwners {
  private readonly flow;

  constructor(
    private readonly maps: OwnerMaps,
    btf: Btf,
    private readonly readOwner: (value: Buffer) => WireOwner,
  ) {
    this.flow = codecOf(btf, FLOW_KEY);
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
    const { get } = this.flow;
    const local = get.local_address(viewOf(flow), 0);
    const isIpv4 = local[0] === 0 && local[1] === 0 && local[2] === ANY_IPV4[2];
    const unconnected = this.with(flow, { remote_address: ANY, remote_port: 0 });
    const bound = (local_address: Words) => this.with(unconnected, { local_address });
    return [flow, unconnected, ...(isIpv4 ? [bound(ANY_IPV4)] : []), bound(ANY)];
  }

  private with(flow: Buffer, values: Partial<Values<typeof FLOW_KEY.fields>>): Buffer {
    const copy = Buffer.from(flow);
    this.flow.put(viewOf(copy), 0, values);
    return copy;
  }
}
