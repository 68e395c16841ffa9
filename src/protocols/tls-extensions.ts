import { textOf, u16 } from './bytes.ts';

export interface Extensions {
  serverName: string | null;
  alpn: string[];
  /** The highest of the supported versions; null where the extension is not there or was cut. */
  version: number | null;
  hasEch: boolean;
  /** All of them were there. */
  isWhole: boolean;
}

const SERVER_NAME = 0;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;
const ECH = 0xfe0d;
const MAX_EXTENSIONS = 128;
const MAX_NAMES = 16;
const MAX_VERSIONS = 32;

/** Of a hello (RFC 8446, 4.2): from where their length stands to the hello's end, which may lie beyond the bytes. */
export function readExtensions(bytes: Uint8Array, from: number, to: number, isClient: boolean): Extensions {
  const found: Extensions = { serverName: null, alpn: [], version: null, hasEch: false, isWhole: false };
  if (from >= to) return { ...found, isWhole: from === to };
  const end = Math.min(to, from + 2 + u16(bytes, from));
  let at = from + 2;
  for (let count = 0; count < MAX_EXTENSIONS && at + 4 <= bytes.length && at + 4 <= end; count++) {
    const next = at + 4 + u16(bytes, at + 2);
    if (next > Math.min(end, bytes.length)) return found;
    readExtension(found, u16(bytes, at), bytes.subarray(at + 4, next), isClient);
    at = next;
  }
  found.isWhole = at === end && end <= bytes.length;
  return found;
}

function readExtension(found: Extensions, type: number, data: Uint8Array, isClient: boolean): void {
  if (type === SERVER_NAME) found.serverName = serverName(data);
  else if (type === ALPN) found.alpn = protocols(data);
  else if (type === SUPPORTED_VERSIONS) found.version = isClient ? highest(data) : u16(data, 0);
  else if (type === ECH) found.hasEch = true;
}

/** The server sends the extension empty. */
function serverName(data: Uint8Array): string | null {
  const length = u16(data, 3);
  return data[2] === 0 && length > 0 && 5 + length <= data.length ? textOf(data, 5, 5 + length, 255) : null;
}

function protocols(data: Uint8Array): string[] {
  const names: string[] = [];
  for (let at = 2; at < data.length && names.length < MAX_NAMES; at += 1 + (data[at] ?? 0)) {
    const end = at + 1 + (data[at] ?? 0);
    const isGrease = end - at === 3 && data[at + 1] === data[at + 2] && isGreaseByte(data[at + 1]);
    if (end > at + 1 && end <= data.length && !isGrease) names.push(textOf(data, at + 1, end));
  }
  return names;
}

function highest(data: Uint8Array): number | null {
  let version: number | null = null;
  const end = Math.min(data.length, 1 + 2 * MAX_VERSIONS);
  for (let at = 1; at + 2 <= end; at += 2)
    if (!isGreaseByte(data[at]) && u16(data, at) > (version ?? 0)) version = u16(data, at);
  return version;
}

/** What clients put among real values so that servers learn to pass over unknown ones (RFC 8701). */
function isGreaseByte(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 15) === 10;
}
