import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './listen.ts';

/** What a scripted server says to a path; `say` writes one segment. */
export type Script = Readonly<Record<string, (say: Say) => Promise<void> | void>>;

export interface Say {
  (text: string | Buffer): void;
  /** The last segment, with the end of the stream. */
  last(text: string): void;
  reset(): void;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';

/** A server that answers each whole request by its path, in the segments that the script says. */
export async function startHttp(t: TestContext, host: string, script: Script): Promise<number> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    serve(socket, script);
  });
  return listen(t, server, host);
}

function serve(socket: net.Socket, script: Script): void {
  const say: Say = Object.assign((text: string | Buffer) => void socket.write(text), {
    last: (text: string) => void socket.end(text),
    reset: () => void socket.resetAndDestroy(),
  });
  let text = '';
  let body = 0;
  let path = '';
  let isChunked = false;
  let work = Promise.resolve();
  const answer = (asked: string) => {
    work = work.then(() => script[asked]?.(say));
  };
  socket.on('data', (data) => {
    text += data.toString('latin1');
    for (;;) {
      const taken = Math.min(body, text.length);
      body -= taken;
      text = text.slice(taken);
      if (body > 0) return;
      if (taken > 0) answer(path);
      if (isChunked) {
        const last = text.indexOf(LAST_CHUNK);
        if (last < 0) return;
        text = text.slice(last + LAST_CHUNK.length);
        isChunked = false;
        answer(path);
      }
      const end = text.indexOf(HEAD_END);
      if (end < 0) return;
      const head = text.slice(0, end);
      text = text.slice(end + HEAD_END.length);
      path = head.split(' ')[1] ?? '';
      if (/^expect: 100-continue/im.test(head)) say(`HTTP/1.1 100 Continue${HEAD_END}`);
      body = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      isChunked = /^transfer-encoding: chunked/im.test(head);
      if (body === 0 && !isChunked) answer(path);
    }
  });
}

/** A client that writes segments as it is told, and waits for what comes back. */
export class HttpClient {
  private got = '';

  private constructor(private readonly socket: net.Socket) {
    socket.on('data', (data) => {
      this.got += data.toString('latin1');
    });
    socket.on('error', () => {});
  }

  static async dial(t: TestContext, host: string, port: number): Promise<HttpClient> {
    const socket = net.connect({ host, port, noDelay: true });
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return new HttpClient(socket);
  }

  /** Writes segments one after another, then waits until so many bytes have come, or the end has. */
  async ask(segments: readonly string[], bytes: number): Promise<void> {
    for (const [index, segment] of segments.entries()) {
      if (index > 0) await sleep(15); // each goes out by itself
      this.socket.write(segment, 'latin1');
    }
    while (this.got.length < bytes && !this.socket.readableEnded && !this.socket.destroyed) await sleep(5);
    this.got = '';
  }

  /** Waits for the end of what the server says, then closes. */
  async end(): Promise<void> {
    if (!this.socket.destroyed && !this.socket.readableEnded) this.socket.end();
    while (!this.socket.destroyed) await sleep(5);
  }
}
