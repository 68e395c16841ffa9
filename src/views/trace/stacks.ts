/** So many frames may stand before the function: nettop's program, and what the kernel calls it by. */
const BEFORE = 5;
/** What calls a program, and what may follow before the function. */
const CALLER = /^(bpf_trampoline_|bpf_trace_run)/;
const TRACEPOINT = /^(__bpf_trace_|__traceiter_)/;

/** Call stacks that events carry by number. The kernel keeps each as long as the map lives. */
export class Stacks {
  private readonly known = new Map<number, string[]>();

  constructor(
    private readonly addresses: (stack: number) => bigint[],
    private readonly symbol: (address: bigint) => string,
  ) {}

  /** function+offset, innermost first; null where none was kept. */
  get(stack: number, name: string): string[] | null {
    if (stack === 0) return null;
    let places = this.known.get(stack);
    if (!places) {
      places = fromFunction(this.addresses(stack).map(this.symbol), name);
      this.known.set(stack, places);
    }
    return places;
  }
}

/** From the function of that name on; where it is part of another one, from what called the program on. */
export function fromFunction(places: string[], name: string): string[] {
  const start = places.findIndex((place, index) => index <= BEFORE && place.startsWith(`${name}+`));
  if (start >= 0) return places.slice(start);
  let next = places.findIndex((place, index) => index < BEFORE && CALLER.test(place)) + 1;
  while (next > 0 && TRACEPOINT.test(places[next] ?? '')) next++;
  return places.slice(next);
}
