import { hexOf, u16, u24 } from './bytes.ts';
import { readExtensions } from './tls-extensions.ts';
import { cipherName, versionName } from './tls-names.ts';

export interface TlsHello {
  from: 'client' | 'server';
  /** Of a client the highest that it offers, of a server the one it chose; null where that was cut or has no name. */
  version: string | null;
  /** As sent by the client. With ECH it may be that of a front. */
  serverName: string | null;
  /** Of a client what it offers, of a server the one it chose. In TLS 1.3 the server says that encrypted. */
  alpn: string[];
  /** Chosen by the server. */
  cipher: string | null;
  /** The client sent the extension, be it in earnest or as GREASE. */
  hasEch: boolean;
  /** The server asks for another hello (HelloRetryRequest). */
  isRetry: boolean;
  /** Bytes are missing or malformed: what is null may have been there. */
  partial: boolean;
}

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
/** Type, length, version, random. */
const SESSION = 38;
/** The random of a HelloRetryRequest (RFC 8446, 4.1.3). */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** The whole length of the handshake message that begins here; null while that is not known. */
export function helloLength(handshake: Uint8Array): number | null {
  return handshake.length < 4 ? null : 4 + u24(handshake, 1);
}

/**
 * A ClientHello or ServerHello (RFC 8446, 4.1; RFC 5246, 7.4.1), out of TLS records or QUIC's CRYPTO frames, also one
 * that is cut; null where it can't be one. Text is safe to print.
 */
export function parseHello(handshake: Uint8Array): TlsHello | null {
  const isClient = handshake[0] === CLIENT_HELLO;
  if (!isClient && handshake[0] !== SERVER_HELLO) return null;
  if (handshake.length < 6 || handshake[1] !== 0 || handshake[4] !== 3) return null;
  const end = 4 + u24(handshake, 1);
  const cipherAt = SESSION + 1 + (handshake[SESSION] ?? 0);
  const at = isClient ? afterCiphers(handshake, cipherAt) : cipherAt + 3;
  const isCut = at > Math.min(end, handshake.length) || handshake.length <= SESSION;
  const extensions = readExtensions(handshake, isCut ? end + 1 : at, end, isClient);
  const legacy = extensions.isWhole ? u16(handshake, 4) : 0;
  return {
    from: isClient ? 'client' : 'server',
    version: versionName(extensions.version ?? legacy),
    serverName: isClient ? extensions.serverName : null,
    alpn: extensions.alpn,
    cipher: isClient || cipherAt + 2 > handshake.length ? null : cipherName(u16(handshake, cipherAt)),
    hasEch: extensions.hasEch,
    isRetry: !isClient && hexOf(handshake, 6, SESSION) === RETRY,
    partial: !extensions.isWhole,
  };
}

/** Where the extensions of a ClientHello begin: behind the lists of ciphers and of compressions. */
function afterCiphers(handshake: Uint8Array, at: number): number {
  const compressions = at + 2 + u16(handshake, at);
  return compressions + 1 + (handshake[compressions] ?? 0);
}
