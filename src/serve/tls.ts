import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
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

/** Before each handshake: what is new in the configuration is in force in it. */
export function followTls(server: TlsServer, now: () => TlsConfig | null): void {
  let known = now();
  server.prependListener('connection', () => {
    const tls = now();
    if (tls === known || tls === null) return;
    known = tls;
    const { requestCert, rejectUnauthorized, ...context } = tlsOptions(tls);
    server.setSecureContext(context);
    Object.assign(server, { requestCert, rejectUnauthorized }); // as its connections take them
  });
}

/** Ends connections of clients without what is asked of them beyond what TLS itself checks. */
export function checkClient(server: Server, now: () => TlsConfig | null): void {
  server.on('secureConnection', (socket: TLSSocket) => {
    const { clientAuth, allowedSans } = now() ?? { clientAuth: 'NoClientCert', allowedSans: [] };
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
