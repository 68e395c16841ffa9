import type { Btf } from '../../../native/btf.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { Ledger } from '../../capture/ledger/ledger.ts';
import { offsets, readName } from '../../capture/records/layout.ts';
import { processName } from '../../machine/running-names.ts';
import { sanitize } from '../../text/text.ts';

const COMM_BYTES = 16;
const MOST = 4096;

/** Names of the owners that packets carry by number. */
export class ProcessNames {
  private readonly comm: number;
  /** Of processes that the ledger does not have; null: not asked for again. */
  private readonly others = new Map<number, string | null>();

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
    const other = this.others.get(pid);
    if (other !== undefined) return other;
    const name = this.ofSocket(cookie) ?? processName(pid);
    if (this.others.size >= MOST) this.others.clear();
    this.others.set(pid, name);
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
