import { Agent, type IncomingMessage, request as plain } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { sanitize } from '../text/text.ts';
import { type Server, ServerError } from './server.ts';

/** At once; the others wait. */
const CONNECTIONS = 6;
const SLOWEST_MS = 15_000;
/** Of one answer, unpacked: 10,000 rows of the longest labels that are usual. */
const MOST_BYTES = 16 << 20;

export interface Reply {
  status: number;
  type: string;
  text: string;
}

/** Questions to one server over a few connections, which are kept. */
export class Http {
  private readonly agent: Agent;
  private readonly isSecure: boolean;

  constructor(private readonly server: Server) {
    this.isSecure = server.base.startsWith('https:');
    const kept = { keepAlive: true, maxSockets: CONNECTIONS };
    this.agent = this.isSecure ? new SecureAgent(kept) : new Agent(kept);
  }

  /** Rejects with a ServerError, in one line for people. */
  async post(path: string, form: URLSearchParams): Promise<Reply> {
    const { base, authorization, name } = this.server;
    const signal = AbortSignal.timeout(SLOWEST_MS);
    const asking = (this.isSecure ? secure : plain)(base + path, {
      agent: this.agent,
      method: 'POST',
      signal,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Accept-Encoding': 'gzip',
        Accept: 'application/json',
        ...(authorization && { Authorization: authorization }),
      },
    });
    try {
      const coming = new Promise<IncomingMessage>((resolve, reject) => {
        asking.once('response', resolve).on('error', reject);
      });
      asking.end(form.toString());
      return await this.whole(await coming);
    } catch (error) {
      asking.destroy();
      if (error instanceof ServerError) throw error;
      if (signal.aborted)
        throw new ServerError(
          `${name} does not answer within ${SLOWEST_MS / 1000} s`,
          'it may have too much to do',
        );
      throw unreachable(name, error as NodeJS.ErrnoException);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async whole(response: IncomingMessage): Promise<Reply> {
    const { statusCode = 0, headers } = response;
    const isPacked = headers['content-encoding'] === 'gzip';
    const body = isPacked ? pipeline(response, createGunzip(), () => {}) : response;
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MOST_BYTES)
        throw new ServerError(
          `${this.server.name} answers with more than ${MOST_BYTES >> 20} MiB`,
          'a filter or a smaller --top makes it less',
        );
      parts.push(part);
    }
    const type = sanitize(headers['content-type'] ?? '').slice(0, 60);
    return { status: statusCode, type, text: Buffer.concat(parts).toString('utf8') };
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ECONNRESET: 'it ended the connection',
  ETIMEDOUT: 'it does not take the connection',
  EPROTO: 'it does not speak TLS, or another version',
};

function unreachable(name: string, { code = '', message, name: kind }: NodeJS.ErrnoException): ServerError {
  if (/CERT|ALTNAME|SIGNATURE|ISSUER/.test(code))
    return new ServerError(
      `the certificate of ${name} is not trusted (${code})`,
      'NODE_EXTRA_CA_CERTS=FILE in the environment names the certificate of its authority',
    );
  const cause = CAUSES[code] ?? sanitize(code || message || kind).slice(0, 200);
  return new ServerError(`${name} cannot be asked: ${cause}`, 'is the URL that of a Prometheus?');
}
