import { type AlertPlace, NOWHERE } from './alert.ts';
import type { Look } from './look.ts';

/** The place in a network namespace, which has its name; what is not given is not known. */
export function placeIn(
  { netnsName }: Pick<Look, 'netnsName'>,
  netns: number,
  known: Partial<Omit<AlertPlace, 'netns' | 'netnsName'>> = {},
): AlertPlace {
  return { ...NOWHERE, ...known, netns, netnsName: netnsName(netns) };
}
