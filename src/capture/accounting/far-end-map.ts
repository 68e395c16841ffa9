import type { Link } from '../../../native/object.ts';
import { attachToCgroupRoot, type Loaded } from '../../attach/objects.ts';
import type { FarEnd } from '../records/far-end.ts';
import { offsets, readWords } from '../records/layout.ts';

/** See the address that a call on a UDP socket goes to, or a datagram came from. */
export const FAR_END_HOOKS = ['note_send4', 'note_send6', 'note_receive4', 'note_receive6'];

const KEY_SIZES = { cookie: 8, address: 16, port: 2 };
const VALUE_SIZES = { rx_bytes: 8, tx_bytes: 8, opened_ns: 8 };

/** What a socket moved from and to one far end, as the kernel's map has it. */
export class FarEndMap {
  private readonly links: Map<string, Link> | null;
  private readonly inKey;
  private readonly inValue;

  constructor(private readonly loaded: Loaded) {
    this.links = attachToCgroupRoot(loaded, FAR_END_HOOKS);
    this.inKey = offsets(loaded.btf, 'far_end_key', KEY_SIZES);
    this.inValue = offsets(loaded.btf, 'far_end', VALUE_SIZES);
  }

  warnings(): string[] {
    return this.links ? [] : ['UDP sockets are not told apart by far end: the root of cgroup v2 is not seen'];
  }

  /** Visits each entry's bytes: the same buffers again and again. */
  forEach(visit: (key: Buffer, value: Buffer, rxBytes: number, txBytes: number) => void): void {
    const { rx_bytes, tx_bytes } = this.inValue;
    this.map.forEach((key, value) => {
      visit(key, value, readU64(value, rx_bytes), readU64(value, tx_bytes));
    });
  }

  read(key: Buffer, value: Buffer): FarEnd {
    const view = new DataView(key.buffer, key.byteOffset, key.length);
    return {
      key: Buffer.from(key),
      cookie: readU64(key, this.inKey.cookie),
      remote: readWords(view, this.inKey.address),
      remotePort: view.getUint16(this.inKey.port, true),
      openedNs: readU64(value, this.inValue.opened_ns),
    };
  }

  /** Takes an entry out; its last bytes, null when it is gone. */
  take({ key }: FarEnd): { rxBytes: number; txBytes: number } | null {
    const value = this.map.take(key);
    const { rx_bytes, tx_bytes } = this.inValue;
    return value && { rxBytes: readU64(value, rx_bytes), txBytes: readU64(value, tx_bytes) };
  }

  stop(): void {
    for (const link of this.links?.values() ?? []) link.destroy();
  }

  private get map() {
    return this.loaded.object.map('far_ends');
  }
}

/** There may be 65,536 of them in each tick: a view for each would cost more than to read it. */
function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
