import type { WireInterface } from '../../model/model.ts';
import { formatAttribution } from '../../text/format.ts';

/** What `nettop processes --wire` adds as text. */

export function interfaceText({ name, rate: { share, bytesPerSecond } }: WireInterface): string {
  return `${name}: ${formatAttribution(share, bytesPerSecond)}`;
}

export const lostText = (packets: number): string =>
  `${packets} packets could not be counted and are in no row`;
