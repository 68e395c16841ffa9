/** Things that were tried by somebody within a while, each once. Times: microseconds since the epoch. */
export class Tried<Thing> {
  private readonly things = new Map<Thing, number>();
  lastUs = 0;

  constructor(private readonly most: number) {}

  get size(): number {
    return this.things.size;
  }

  /** False: there is no room. */
  add(thing: Thing, atUs: number): boolean {
    this.lastUs = atUs;
    const isKnown = this.things.delete(thing); // it becomes the newest
    if (!isKnown && this.things.size >= this.most) return false;
    this.things.set(thing, atUs);
    return true;
  }

  /** Forgets what was tried before. */
  expire(beforeUs: number): void {
    for (const [thing, atUs] of this.things) {
      if (atUs >= beforeUs) return;
      this.things.delete(thing);
    }
  }

  all(): Iterable<Thing> {
    return this.things.keys();
  }
}

/** Room for one more: those that were idle longest go. `lastUs` says since when. */
export function makeRoom<Key>(items: Map<Key, { tried: Tried<unknown> }>, most: number): void {
  if (items.size < most) return;
  const oldest = [...items].sort(([, a], [, b]) => a.tried.lastUs - b.tried.lastUs);
  for (const [key] of oldest.slice(0, Math.ceil(most / 8))) items.delete(key);
}
