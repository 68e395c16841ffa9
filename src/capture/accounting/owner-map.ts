import type { Btf } from '../../../native/btf.ts';
import { u64Bytes, viewOf } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { OWNER } from '../../abi/packet.ts';
import { sanitize } from '../../text/text.ts';
import type { SocketOwner } from '../records/socket-owner.ts';

/** Owners of sockets by cookie, as the accounting programs learn them. */
export class OwnerMap {
  private readonly get;

  constructor(
    readonly map: BpfMap,
    btf: Btf,
  ) {
    this.get = codecOf(btf, OWNER).get;
  }

  /** Safe to print; null: it has none. */
  name(cookie: number): string | null {
    const view = this.look(cookie);
    return view && sanitize(this.get.comm(view, 0));
  }

  /** null: it is not learned yet. */
  find(cookie: number): SocketOwner | null {
    const view = this.look(cookie);
    const { pid, uid, start_ns, netns } = this.get;
    if (!view || pid(view, 0) === 0) return null;
    return {
      pid: pid(view, 0),
      startNs: start_ns(view, 0),
      uid: uid(view, 0),
      netns: netns(view, 0) || null,
    };
  }

  private look(cookie: number): DataView | null {
    const owner = this.map.lookup(u64Bytes(cookie));
    return owner && viewOf(owner);
  }
}
