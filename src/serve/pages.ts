import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { State } from './state.ts';

const compress = promisify(gzip);
const PLAIN = 'text/plain; charset=utf-8';
const INDEX = `<!doctype html><title>nettop</title><h1>nettop</h1><p><a href="/metrics">Metrics</a></p>\n`;

interface Page {
  status: number;
  type: string;
  text: string;
}

/** Answers a request whose sender may ask. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: State,
): Promise<void> {
  const { method, headers, url = '/' } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const { status, type, text } = await pageOf(url.split('?', 1)[0] ?? '', headers.accept, state);
  const isCompressed = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(
    String(headers['accept-encoding'] ?? ''),
  );
  const body = isCompressed ? await compress(text) : Buffer.from(text);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    Vary: 'Accept, Accept-Encoding',
    ...(isCompressed && { 'Content-Encoding': 'gzip' }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

async function pageOf(path: string, accept: string | undefined, state: State): Promise<Page> {
  switch (path) {
    case '/metrics': {
      if (!state.isReady) return { status: 503, type: PLAIN, text: 'The kernel is not read yet.\n' };
      const isOpen = accept?.includes('application/openmetrics-text');
      return { status: 200, ...(await state.text(isOpen ? 'openmetrics' : 'prometheus')) };
    }
    case '/-/healthy':
      return { status: 200, type: PLAIN, text: 'nettop runs.\n' };
    case '/-/ready':
      return state.isReady
        ? { status: 200, type: PLAIN, text: 'nettop is ready.\n' }
        : { status: 503, type: PLAIN, text: 'The kernel is not read yet.\n' };
    case '/':
      return { status: 200, type: 'text/html; charset=utf-8', text: INDEX };
    default:
      return { status: 404, type: PLAIN, text: 'There is /metrics, /-/healthy and /-/ready.\n' };
  }
}
