import type { RowSource } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Privacy } from './privacy.ts';

/** The source, with another name for all that tells whose it is. What it is asked has the true ones. */
export function privately(source: RowSource, privacy: Privacy): RowSource {
  return {
    ask: (question) => source.ask(question),
    onAnswer: (listener) => source.onAnswer((answer) => listener(privacy.of(answer))),
    onFailure: (listener) => source.onFailure(listener),
    stop: () => source.stop(),
    async finish(impatience) {
      const last = await source.finish(impatience);
      return last && privacy.of(last);
    },
    onRows<Name extends keyof Streams>(of: Name, listener: (rows: Streams[Name]) => Promise<void>): void {
      source.onRows(of, (rows) => listener(privacy.of(rows)));
    },
  };
}
