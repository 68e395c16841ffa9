import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CaptureError } from '../errors.ts';
import type { AlertRule } from '../model/alerts/rule.ts';
import type { Source } from '../model/question.ts';
import { newServer } from './server.ts';
import { State } from './state.ts';
import { WebFile } from './web-file.ts';

/** What the command line says. */
export interface Serving {
  serve: { host: string; port: number; webConfig: string | null; top: number; requests: boolean };
  wishes: { rules?: readonly AlertRule[] };
  intervalMs: number;
}

interface Surroundings {
  version: string;
  /** Resolves when it shall end. */
  interrupted: Promise<void>;
  say(line: string): void;
}

/**
 * Serves metrics until it is interrupted. `open`: begins to read the kernel. Throws a UsageError where the web
 * configuration is wrong, a CaptureError where it cannot listen, and what the source fails with.
 */
export async function serve(
  open: () => Source,
  { serve: asked, wishes, intervalMs }: Serving,
  { version, interrupted, say }: Surroundings,
): Promise<void> {
  const { top, requests, webConfig } = asked;
  const web = webConfig === null ? null : new WebFile(webConfig, say);
  const state = new State(version, intervalMs);
  const server = newServer(state, web);
  await listen(server, asked);
  const source = open();
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  source.onAnswer((answer) => {
    if (!state.isReady && answer.metrics)
      say(`nettop: metrics at ${urlOf(server, web !== null && web.look().tls !== null)}`);
    state.take(answer);
  });
  const views = { metrics: { top, requests, rules: wishes.rules ?? [] } };
  source.ask({ filter: null, intervalMs, views, inspect: null, resets: 0 });
  try {
    await Promise.race([interrupted, failed]);
  } finally {
    server.close();
    server.closeAllConnections();
    await source.stop();
  }
}

function listen(server: Server, { host, port }: Pick<Serving['serve'], 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new CaptureError(
          `cannot listen at ${host}:${port}: ${error.message}`,
          'choose another with --listen ADDRESS:PORT',
        ),
      ),
    );
    server.listen({ host, port }, resolve);
  });
}

function urlOf(server: Server, isTls: boolean): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `${isTls ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
}
