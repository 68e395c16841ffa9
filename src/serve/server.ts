import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { answer } from './pages.ts';
import type { State } from './state.ts';
import { checkClient, followTls, tlsOptions } from './tls.ts';
import type { WebFile } from './web-file.ts';

/** Who asks slowly, or keeps connections open, holds up nobody else. */
const LIMITS = { requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 };
const MOST_CONNECTIONS = 128;

/** The server, which does not listen yet. `web`: asked at each request and each handshake. */
export function newServer(state: State, web: WebFile | null): Server {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { headers = [], doorkeeper = null } = web?.look() ?? {};
    for (const [name, value] of headers) response.setHeader(name, value);
    const admitted = doorkeeper ? await doorkeeper.admits(request.headers.authorization) : 'yes';
    if (admitted === 'yes') return answer(request, response, state);
    if (admitted === 'busy') response.writeHead(503, { 'Retry-After': '1' }).end();
    else response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="nettop"' }).end('Unauthorized\n');
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => response.destroy());
  };
  const tls = () => web?.look().tls ?? null;
  const first = tls();
  const server = first
    ? createTlsServer({ ...tlsOptions(first), ...LIMITS }, listener)
    : createServer(LIMITS, listener);
  if (first) {
    followTls(server as TlsServer, tls);
    checkClient(server, tls);
  }
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}
