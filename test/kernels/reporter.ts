import type { TestEvent } from 'node:test/reporters';
import { MARK, type Result } from './result.ts';

/** In the emulated machine: one line on the console for each test that ended, and for each skipped part of one. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.nesting > 0 && data.skip === undefined) continue;
    const result: Result = {
      name: data.name,
      error: type === 'test:pass' ? null : reason(data.details.error),
      seconds: Math.round(data.details.duration_ms / 1000),
    };
    if (data.skip !== undefined) result.skip = String(data.skip);
    yield `\n${MARK}${JSON.stringify(result)}\n`;
  }
}

function reason(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.stack ?? cause.message;
}
