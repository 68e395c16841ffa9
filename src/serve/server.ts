import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Doorkeeper } from './doorkeeper.ts';
import { answer } from './pages.ts';
import type { State } from './state.ts';
import { checkClient, tlsOptions } from './tls.ts';
import type { WebConfig } from './web-config.ts';

/** Who asks slowly, or keeps connections open, holds up nobody else. */
const LIMITS = { requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 };
const MOST_CONNECTIONS = 128;

/** The server, which does not listen yet. */
export function newServer(state: State, web: WebConfig | null): Server {
  const doorkeeper = web && web.users.size > 0 ? new Doorkeeper(web.users) : null;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of web?.headers ?? []) response.setHeader(name, value);
    const admitted = doorkeeper ? await doorkeeper.admits(request.headers.authorization) : 'yes';
    if (admitted === 'yes') return answer(request, response, state);
    if (admitted === 'busy') response.writeHead(503, { 'Retry-After': '1' }).end();
    else response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="nettop"' }).end('Unauthorized\n');
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => response.destroy());
  };
  const server = web?.tls
    ? createTlsServer({ ...tlsOptions(web.tls), ...LIMITS }, listener)
    : createServer(LIMITS, listener);
  if (web?.tls) checkClient(server, web.tls);
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}
