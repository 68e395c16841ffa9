import type { Btf } from '../../../native/btf.ts';
import type { BpfMap } from '../../../native/map.ts';
import { sanitize } from '../../text.ts';
import type { Ledger } from '../sockets/ledger.ts';
import { offsets, readName } from '../wire.ts';
import { processName } from './running-names.ts';

const COMM_BYTES = 16;
const MANY = 1000;

/** Names of the owners that packets carry by number. */
export class ProcessNames {
  private readonly comm: number;
  /** Not asked for again. */
  private readonly unknown = new Set<number>();

  constructor(
    private readonly ledger: Ledger,
    private readonly owners: BpfMap,
    btf: Btf,
  ) {
    this.comm = offsets(btf, 'owner', { comm: COMM_BYTES }).comm;
  }

  /** The ledger's name, else the socket's owner's, else what /proc says; null when all are gone. */
  get(pid: number, cookie: number): string | null {
    const known = this.ledger.people.names.get(pid);
    if (known !== undefined) return known;
    if (this.unknown.has(pid)) return null;
    const name = this.ofSocket(cookie) ?? processName(pid);
    if (name !== null) this.ledger.people.names.set(pid, name);
    else if (this.unknown.add(pid).size > MANY) this.unknown.clear();
    return name;
  }

  private ofSocket(cookie: number): string | null {
    const key = Buffer.alloc(8);
    key.writeBigUInt64LE(BigInt(cookie));
    const owner = this.owners.lookup(key);
    if (!owner) return null;
    return sanitize(
      readName(new DataView(owner.buffer, owner.byteOffset, owner.length), this.comm, COMM_BYTES),
    );
  }
}
