import type { Server } from 'node:http';
import type { TLSSocket, TlsOptions } from 'node:tls';
import type { TlsConfig } from './web-config.ts';

/** As Node.js takes them. */
export function tlsOptions(tls: TlsConfig): TlsOptions {
  const { cert, key, clientCa, clientAuth, minVersion, maxVersion, ciphers, curves, isServerOrder } = tls;
  return {
    cert,
    key,
    minVersion,
    maxVersion,
    honorCipherOrder: isServerOrder,
    requestCert: clientAuth !== 'NoClientCert',
    rejectUnauthorized: clientAuth === 'RequireAndVerifyClientCert',
    ...(clientCa !== null && { ca: clientCa }),
    ...(ciphers !== null && { ciphers }),
    ...(curves !== null && { ecdhCurve: curves }),
  };
}

/** Ends connections of clients without what is asked of them beyond what TLS itself checks. */
export function checkClient(server: Server, { clientAuth, allowedSans }: TlsConfig): void {
  server.on('secureConnection', (socket: TLSSocket) => {
    const certificate = socket.getPeerCertificate();
    const isGiven = certificate?.raw !== undefined;
    const isNeeded = clientAuth === 'RequireAnyClientCert' || allowedSans.length > 0;
    const isVerified = clientAuth !== 'VerifyClientCertIfGiven' || !isGiven || socket.authorized;
    const names = sansOf(certificate?.subjectaltname);
    const isAllowed = allowedSans.length === 0 || allowedSans.some((san) => names.has(san));
    if ((isNeeded && !isGiven) || !isVerified || !isAllowed) socket.destroy();
  });
}

/** "DNS:a.example, IP Address:192.0.2.1" without the kinds. A quoted name is none that is asked for. */
function sansOf(text = ''): ReadonlySet<string> {
  return new Set(text.split(', ').map((part) => part.replace(/^[^:]*:/, '')));
}
