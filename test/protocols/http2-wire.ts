import http2, { type ClientHttp2Session, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { duplexPair } from 'node:stream';

export interface Exchange {
  request: OutgoingHttpHeaders;
  body?: string;
  /** What the server does. */
  answer: (stream: ServerHttp2Stream) => void;
}

/** What this Node's client and server write for these exchanges, one after the other, without a network. */
export async function http2Wire(exchanges: readonly Exchange[]): Promise<{ client: Buffer; server: Buffer }> {
  const [near, far] = duplexPair();
  const written = { client: recorded(near), server: recorded(far) };
  const server = http2.createServer();
  const answers = exchanges.map(({ answer }) => answer);
  server.on('stream', (stream: ServerHttp2Stream) => answers.shift()?.(stream));
  server.on('session', (session) => session.on('error', () => {}));
  server.emit('connection', far);
  const session = http2.connect('http://test.example', { createConnection: () => near });
  for (const { request, body } of exchanges) await ask(session, request, body);
  session.destroy();
  near.destroy();
  far.destroy();
  return { client: Buffer.concat(written.client), server: Buffer.concat(written.server) };
}

export function frame(type: number, flags: number, stream: number, payload: ArrayLike<number>): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.set([type, flags], 3);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Uint8Array.from(payload)]);
}

async function ask(session: ClientHttp2Session, request: OutgoingHttpHeaders, body?: string): Promise<void> {
  const stream = session.request(request, { endStream: body === undefined });
  stream.on('error', () => {});
  stream.resume();
  if (body !== undefined) stream.end(body);
  await new Promise((done) => stream.once('close', done));
}

/** The chunks that are written into that end. */
function recorded(end: NodeJS.WritableStream & { _writev?: unknown }): Buffer[] {
  const chunks: Buffer[] = [];
  const write = end.write.bind(end) as (chunk: Buffer, ...rest: unknown[]) => boolean;
  end.write = ((chunk: Buffer, ...rest: unknown[]) => {
    chunks.push(Buffer.from(chunk));
    return write(chunk, ...rest);
  }) as typeof end.write;
  return chunks;
}
