import type { WireInterface } from '../../model/model.ts';
import { formatAttribution, type Units } from '../../text/format.ts';

/** What `nettop processes --wire` adds as text. */

export function interfaceText({ name, rate }: WireInterface, units: Units): string {
  return `${name}: ${formatAttribution(rate.share, rate.bytesPerSecond, units)}`;
}

export const lostText = (packets: number): string =>
  `${packets} packets could not be counted and are in no row`;
