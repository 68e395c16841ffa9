import type { Values } from '../../../native/codec.ts';
import type { Words } from '../../abi/layout.ts';
import { SPEECH, type WANTED } from '../../abi/request.ts';
import type { RequestName, RequestNeeds } from '../../filter/needs.ts';
import { prefixMask, REQUESTS } from '../../filter/words.ts';

/** struct wanted: what the kernel tells. `namesAlone`: what names need, whatever the filter. */
export function wantedOf(
  needs: RequestNeeds | null,
  namesAlone: boolean,
): Partial<Values<(typeof WANTED)['fields']>> {
  if (needs === null || namesAlone) return { names_alone: namesAlone ? 1 : 0 };
  const { text, host, method, ports, network, protocols, answers } = needs;
  const [inHead, ofHost] = [comparedText(text), comparedText(host)];
  const start = Buffer.alloc(4);
  start.write(method ?? '', 'latin1');
  const startMask = Buffer.alloc(4);
  startMask.fill(0xff, 0, method?.length ?? 0);
  return {
    text: inHead.value,
    text_mask: inHead.mask,
    host: ofHost.value,
    host_mask: ofHost.mask,
    method: start.readUInt32LE(),
    method_mask: startMask.readUInt32LE(),
    ...(network && { address: network.address as Words, address_mask: maskOf(network.prefix) }),
    ...(ports && { port_low: ports.low, port_high: ports.high }),
    speeches: unspoken(protocols),
    answers: answers ? 1 : 0,
  };
}

/** Up to eight letters as a number, the last one lowest. */
function comparedText(text: string | null): { value: bigint; mask: bigint } {
  const bytes = Buffer.from(text ?? '');
  const value = bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  return { value, mask: (1n << BigInt(8 * bytes.length)) - 1n };
}

const maskOf = (prefix: number): Words => [
  prefixMask(prefix, 0),
  prefixMask(prefix, 1),
  prefixMask(prefix, 2),
  prefixMask(prefix, 3),
];

/** Bits of what no request is of that is asked for. */
function unspoken(wanted: readonly RequestName[]): number {
  const others = (Object.keys(REQUESTS) as RequestName[]).filter((name) => !wanted.includes(name));
  return others.reduce(
    (bits, name) => bits | (1 << SPEECH[name]) | (name === 'http' ? 1 << SPEECH.http2 : 0),
    0,
  );
}
