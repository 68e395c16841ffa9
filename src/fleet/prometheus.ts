import { cutMiddle, sanitize } from '../text/text.ts';
import { Http, type Reply } from './http.ts';
import { QueryError, type Server, ServerError } from './server.ts';

/** One number that a query came to. Labels are as the server has them: not safe to print. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  /** null: there is none, as of a percentile of nothing. */
  value: number | null;
}

const LONGEST_NOTE = 200;
const MOST_NOTES = 5;
/** Before the server gives up. */
const QUERY_TIMEOUT = '10s';

/** A server that answers queries as Prometheus does: Prometheus, VictoriaMetrics, Thanos, Mimir. */
export class Prometheus {
  private readonly http: Http;
  private noted = new Set<string>();

  constructor(readonly server: Server) {
    this.http = new Http(server);
  }

  /** An instant query. Rejects with a QueryError where the server does not take this one, else a ServerError. */
  async query(query: string): Promise<Sample[]> {
    // without nocache VictoriaMetrics leaves out the last half minute
    const form = new URLSearchParams({ query, timeout: QUERY_TIMEOUT, nocache: '1' });
    const told = this.told(await this.http.post('/api/v1/query', form));
    for (const note of notesOf(told)) this.note(note);
    const samples = samplesOf(told.data);
    if (samples === null) throw this.stranger('an answer of another form');
    return samples;
  }

  /** The same; where the server does not take this one, that is noted, and there are no numbers. */
  async queryOrNote(query: string): Promise<Sample[]> {
    try {
      return await this.query(query);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.note(error.message);
      return [];
    }
  }

  /** The value of a query with one result; null: it has none. */
  async value(query: string): Promise<number | null> {
    const [first] = await this.query(query);
    return first?.value ?? null;
  }

  /** What the server said beside its answers since the last time, safe to print. */
  notes(): string[] {
    const notes = [...this.noted];
    this.noted = new Set();
    return notes;
  }

  close(): void {
    this.http.close();
  }

  private note(sentence: string): void {
    if (this.noted.size < MOST_NOTES) this.noted.add(sentence);
  }

  private told({ status, type, text }: Reply): Told {
    const { name } = this.server;
    if (status === 401 || status === 403)
      throw new ServerError(
        `${name} does not let nettop in (HTTP ${status})`,
        'http://USER:PASSWORD@… or PROMETHEUS_TOKEN in the environment says who asks',
      );
    const told = objectIn(text);
    if (told?.status === 'success') return told;
    if (told?.status === 'error')
      throw new QueryError(`${name} does not answer a query: ${said(told.error)}`, 'others it may');
    throw this.stranger(`HTTP ${status}${type && `, ${type}`}`);
  }

  private stranger(what: string): ServerError {
    return new ServerError(
      `${this.server.name} does not answer as Prometheus does (${what})`,
      'the URL is what stands before /api/v1/query',
    );
  }
}

type Told = Readonly<Record<string, unknown>>;

function objectIn(text: string): Told | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

const asObject = (value: unknown): Told | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Told) : null;

/** A sentence of the server: its end says why, where a query stands before. */
const said = (value: unknown): string => cutMiddle(sanitize(String(value)), LONGEST_NOTE);

function notesOf({ warnings, isPartial }: Told): string[] {
  const all = Array.isArray(warnings) ? warnings.slice(0, MOST_NOTES).map(said) : [];
  return isPartial === true ? ['the answer is partial: some of its storage does not answer', ...all] : all;
}

/** null: it has another form. */
function samplesOf(data: unknown): Sample[] | null {
  const { resultType, result } = asObject(data) ?? {};
  if (!Array.isArray(result)) return null;
  if (resultType === 'scalar') return [{ labels: {}, value: numberIn(result[1]) }];
  if (resultType !== 'vector') return null;
  const samples = result.map(sampleOf);
  return samples.every((sample) => sample !== null) ? (samples as Sample[]) : null;
}

function sampleOf(item: unknown): Sample | null {
  const { metric, value } = asObject(item) ?? {};
  const labels = asObject(metric);
  if (labels === null || !Array.isArray(value)) return null;
  if (!Object.values(labels).every((label) => typeof label === 'string')) return null;
  return { labels: labels as Record<string, string>, value: numberIn(value[1]) };
}

/** Prometheus writes numbers as texts; +Inf and NaN are none. */
function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
