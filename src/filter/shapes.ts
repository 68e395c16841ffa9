import type { Kind } from './ast.ts';
import type { Shape } from './shape.ts';
import { among } from './shapes/among.ts';
import { bits } from './shapes/bits.ts';
import { member } from './shapes/member.ts';
import { network } from './shapes/network.ts';
import { range } from './shapes/range.ts';
import { text } from './shapes/text.ts';
import { truth } from './shapes/truth.ts';

const SHAPES: { [K in Kind]: Shape<K> } = { range, network, text, bits, truth, among, member };

/** How what is of this kind is handled. Term and primitive have to be of it. */
export function shapeOf(kind: Kind): Shape<Kind> {
  return SHAPES[kind] as Shape<Kind>;
}
