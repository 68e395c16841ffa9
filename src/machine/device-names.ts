import { sanitize } from '../text/text.ts';

/** A name is looked up again after so long: an interface may have been renamed. */
const REFRESH_NS = 1e9;
/** Interfaces of one namespace whose names are kept, those included that went away; some 100 bytes each. */
const MOST_NAMES = 8192;
const MOST_NAMESPACES = 4096;

interface Known {
  names: Map<number, string>;
  readNs: number;
}

/** Names of interfaces by number, each network namespace apart. One that went away keeps its name. */
export class DeviceNames {
  private readonly namespaces = new Map<number, Known>();

  /** `read` gives the names that a namespace has now; null: it cannot be entered. */
  constructor(private readonly read: (netns: number) => ReadonlyMap<number, string> | null) {}

  /** null: it has no such interface, as far as can be seen. */
  get(index: number, netns: number, nowNs: number): string | null {
    const known = this.namespaces.get(netns) ?? this.open(netns);
    if (nowNs - known.readNs >= REFRESH_NS) this.refresh(netns, known, nowNs);
    return known.names.get(index) ?? null;
  }

  private open(netns: number): Known {
    if (this.namespaces.size >= MOST_NAMESPACES) this.namespaces.clear();
    const known = { names: new Map(), readNs: Number.NEGATIVE_INFINITY };
    this.namespaces.set(netns, known);
    return known;
  }

  private refresh(netns: number, known: Known, nowNs: number): void {
    const now = this.read(netns);
    known.readNs = nowNs;
    if (known.names.size > MOST_NAMES) known.names.clear();
    for (const [index, name] of now ?? []) known.names.set(index, sanitize(name));
  }
}
