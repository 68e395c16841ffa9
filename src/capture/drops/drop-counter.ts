import type { Btf } from '../../../native/btf.ts';
import { readU64 } from '../../../native/fields.ts';
import type { KernelTypes } from '../../../native/kernel.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject } from '../../../native/object.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';
import type { CaptureOptions } from '../../attach/capture-options.ts';
import { hasDropReason, hasDropReceiver } from '../../attach/kernel-differences.ts';
import { attachRequired, type Loaded, loadObject, skippedRuns } from '../../attach/objects.ts';
import type { Allowed } from '../../attach/plan.ts';
import type { KernelFilter } from '../../filter/compile.ts';
import type { VisitDrop } from '../ledger/drop-ledger.ts';
import {
  type DropCount,
  dropKeyReader,
  dropReader,
  type LastDrop,
  lastDropReader,
} from '../records/drop-record.ts';
import { FilterTable } from '../trace/filter-table.ts';
import { stackAddresses } from '../trace/stacks.ts';
import { RefusalRing } from './refusal-ring.ts';
import { ResetCounts } from './reset-counts.ts';
import { RuleTeller } from './rule-teller.ts';

const PROGRAM = 'count_drop';

export interface DropCounterOptions {
  /** Maps that the accounting side fills, and how it names sockets. */
  owners: BpfMap;
  flows: BpfMap;
  haveCookies: boolean;
  types: KernelTypes;
  allowed: Allowed;
  attach: CaptureOptions['attach'];
  verbose?: ((line: string) => void) | undefined;
}

/** The program that counts drops, and its maps. It stands in the kernel from the beginning, but for pauses. */
export class DropCounter {
  private readonly loaded: Loaded;
  /** Loaded when it is first asked for; null: the kernel has no such. */
  private rules: RuleTeller | null | undefined;
  private readonly table: FilterTable;
  private readonly readKey;
  private readonly readCount;
  private readonly readLast;
  private readonly maps: Record<'drops' | 'last_drops' | 'stacks' | 'lost_drops', BpfMap>;
  /** Packets that asked for something and were dropped, whatever the filter. */
  readonly refusals: RefusalRing;
  /** RST segments to this host, likewise. */
  readonly resets: ResetCounts;
  private link: Link | undefined;
  private lostBefore = 0;

  /** Throws a CaptureError where the kernel refuses the program. */
  constructor(private readonly options: DropCounterOptions) {
    this.loaded = loadObject({
      name: 'drops',
      programs: [PROGRAM],
      required: new Set([PROGRAM]),
      prepare: (object, btf) => this.prepare(object, btf),
      verbose: options.verbose,
    });
    const { object, btf } = this.loaded;
    this.table = new FilterTable(object.map('controls').mapValues(), btf);
    this.readKey = dropKeyReader(btf);
    this.readCount = dropReader(btf);
    this.readLast = lastDropReader(btf);
    this.maps = {
      drops: object.map('drops'),
      last_drops: object.map('last_drops'),
      stacks: object.map('stacks'),
      lost_drops: object.map('lost_drops'),
    };
    this.refusals = new RefusalRing(this.loaded);
    this.resets = new ResetCounts(this.loaded);
    this.start();
  }

  /** Begins all counts anew, with this filter. */
  restart(filter: KernelFilter): void {
    this.table.set(filter);
    this.lostBefore = this.lostEver();
    this.sweep(() => {});
    this.maps.stacks.clear();
  }

  start(): void {
    if (this.link) return;
    this.link = attachRequired(this.loaded, [PROGRAM]).get(PROGRAM);
    this.table.setReady('all');
  }

  pause(): void {
    this.table.setReady('none');
    this.link?.destroy();
    this.link = undefined;
  }

  tellRules(isWanted: boolean): void {
    if (!isWanted) {
      this.rules?.pause();
      return;
    }
    this.rules ??= RuleTeller.open({ ...this.options, verdicts: this.loaded.object.map('verdicts') });
    this.rules?.start();
  }

  /** Visits what was counted since the last restart; what is older leaves the kernel. */
  sweep(visit: VisitDrop): void {
    const { drops, last_drops: newest } = this.maps;
    const old: Buffer[] = [];
    const lasts = new Map<string, LastDrop>();
    newest.forEach((key, value) => {
      lasts.set(key.toString('hex'), this.readLast(value));
    });
    drops.forEach((bytes, value) => {
      const key = this.readKey(bytes);
      const id = bytes.toString('hex');
      if (key.generation === this.table.generation)
        visit(id, key, this.readCount(value), lasts.get(id) ?? null);
      else old.push(Buffer.from(bytes));
    });
    for (const key of old) {
      drops.remove(key);
      newest.remove(key);
    }
  }

  /** Addresses on the way to a drop, innermost first; none where no room was found for them. */
  stack({ stack }: DropCount): bigint[] {
    return stackAddresses(this.maps.stacks, stack);
  }

  /** Drops since the last restart that found no room in the map, or came while the program ran on their CPU. */
  lost(): number {
    return this.lostEver() - this.lostBefore;
  }

  stop(): void {
    this.pause();
    this.refusals.close();
    this.table.close();
    this.loaded.object.close();
    this.rules?.close();
  }

  /** Over all CPUs. */
  private lostEver(): number {
    return skippedRuns(this.loaded, [PROGRAM]) + readU64(sumOverCpus(this.maps.lost_drops), 0);
  }

  private prepare(object: BpfObject, btf: Btf): void {
    const { owners, flows, haveCookies, types } = this.options;
    object.share(owners);
    object.share(flows);
    object.setMaxEntries('packets', 1);
    setKnobs(object, btf, {
      has_drop_reason: hasDropReason(types),
      has_receiver: hasDropReceiver(types),
      has_socket_cookie: haveCookies,
    });
  }
}
