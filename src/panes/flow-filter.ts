import { formatEndpoint } from '../text/format.ts';

export interface FlowEnd {
  address: string;
  port: number;
}

/** As short as the grammar has it: both ends as the screen prints them, or the one that there is. */
export function between(protocol: string, ...ends: [FlowEnd, FlowEnd]): string {
  const known = ends.filter(({ address, port }) => port !== 0 || !UNBOUND.has(address));
  if (known.length === 0) return protocol.replace(/ and$/, '');
  const written = known.map(({ address, port }) => (port === 0 ? address : formatEndpoint(address, port)));
  return `${protocol} ${written.join(' ⇄ ')}`.trim();
}

const UNBOUND = new Set(['', '0.0.0.0', '::']);
