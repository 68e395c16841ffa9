import type { Allowed } from './plan.ts';
import type { Point } from './points.ts';

/** As compilers name a copy of a function from which constant arguments are gone. */
const COPIES = ['.constprop.0', '.constprop.1'];

/**
 * Points as this kernel has them. A function that was put into its callers keeps its symbol and is never
 * called; what it alone calls shows that it was passed. ip_rcv_finish is such a one since Linux 6.1 in
 * Debian's kernels: ip_rcv_finish_core(net, sk, skb, dev, hint), whose sk is always NULL, is left as a
 * copy without it; Linux 7 has no such argument.
 */
export function withInlined(points: readonly Point[], allowed: Allowed): Point[] {
  return points.map((point) => {
    const { inner, called } = point;
    if (!inner || !called) return point;
    if (allowed.hasFunction(inner))
      return {
        ...point,
        symbol: inner,
        called: { ...called, skb: allowed.argumentsOf(inner) === 4 ? 2 : 3 },
      };
    const copy = allowed.firstSymbol(COPIES.map((copy) => `${inner}${copy}`));
    return copy ? { ...point, symbol: copy, called: { ...called, skb: 2 } } : point;
  });
}
