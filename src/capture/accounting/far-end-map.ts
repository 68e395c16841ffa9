import { viewOf } from '../../../native/fields.ts';
import type { Link } from '../../../native/link.ts';
import { codecOf } from '../../abi/layout.ts';
import { FAR_END, FAR_END_KEY } from '../../abi/socket.ts';
import { attachToCgroupRoot, type Loaded } from '../../attach/objects.ts';
import type { FarEnd } from '../records/far-end.ts';

/** See the address that a call on a UDP socket goes to, or a datagram came from. */
export const FAR_END_HOOKS = ['note_send4', 'note_send6', 'note_receive4', 'note_receive6'];

/** What a socket moved from and to one far end, as the kernel's map has it. */
export class FarEndMap {
  private readonly links: Map<string, Link> | null;
  private readonly key;
  private readonly value;

  constructor(private readonly loaded: Loaded) {
    this.links = attachToCgroupRoot(loaded, FAR_END_HOOKS);
    this.key = codecOf(loaded.btf, FAR_END_KEY);
    this.value = codecOf(loaded.btf, FAR_END);
  }

  warnings(): string[] {
    return this.links ? [] : ['UDP sockets are not told apart by far end: the root of cgroup v2 is not seen'];
  }

  /** Visits each entry's bytes: the same buffers again and again. */
  forEach(visit: (key: Buffer, value: Buffer, rxBytes: number, txBytes: number) => void): void {
    const { rx_bytes, tx_bytes } = this.value.get;
    this.map.forEach((key, value, values, at) => {
      visit(key, value, rx_bytes(values, at), tx_bytes(values, at));
    });
  }

  read(key: Buffer, value: Buffer): FarEnd {
    const view = viewOf(key);
    const { cookie, address, port } = this.key.get;
    return {
      key: Buffer.from(key),
      cookie: cookie(view, 0),
      remote: address(view, 0),
      remotePort: port(view, 0),
      openedNs: this.value.get.opened_ns(viewOf(value), 0),
    };
  }

  /** Takes an entry out; its last bytes, null when it is gone. */
  take({ key }: FarEnd): { rxBytes: number; txBytes: number } | null {
    const value = this.map.take(key);
    if (!value) return null;
    const view = viewOf(value);
    const { rx_bytes, tx_bytes } = this.value.get;
    return { rxBytes: rx_bytes(view, 0), txBytes: tx_bytes(view, 0) };
  }

  stop(): void {
    for (const link of this.links?.values() ?? []) link.destroy();
  }

  private get map() {
    return this.loaded.object.map('far_ends');
  }
}
