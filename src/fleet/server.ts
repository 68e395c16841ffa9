import { CaptureError, UsageError } from '../errors.ts';

/** Where a Prometheus is, and how it is asked. */
export interface Server {
  /** Without credentials, without a slash at its end. */
  base: string;
  /** Host and port: what it is called in messages. */
  name: string;
  /** Basic or Bearer; null: it takes everybody. */
  authorization: string | null;
}

/** What a server did that it should not have. */
export class ServerError extends CaptureError {}

/** A query that the server did not answer; others it may. */
export class QueryError extends ServerError {}

/**
 * Of a URL, which may hold a user and a password, and of a token, which may be absent. Throws a UsageError, in which
 * no password stands.
 */
export function serverOf(text: string, token: string | undefined): Server {
  const url = urlIn(text);
  if (url === null)
    throw new UsageError(
      '--prometheus takes a URL such as http://127.0.0.1:9090 or https://metrics.example/prometheus',
    );
  const { username, password, host, origin, pathname } = url;
  const basic = username === '' && password === '' ? null : `${decoded(username)}:${decoded(password)}`;
  if (basic !== null && token)
    throw new UsageError('--prometheus has a user, PROMETHEUS_TOKEN is set: one of the two');
  if (token && /[^\x21-\x7e]/.test(token))
    throw new UsageError('PROMETHEUS_TOKEN is not a token: it has other characters');
  return {
    base: origin + pathname.replace(/\/+$/, ''),
    name: host,
    authorization:
      basic !== null ? `Basic ${Buffer.from(basic).toString('base64')}` : token ? `Bearer ${token}` : null,
  };
}

function urlIn(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  return isHttp && url.search === '' && url.hash === '' ? url : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
