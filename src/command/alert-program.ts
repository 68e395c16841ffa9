import { spawn } from 'node:child_process';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { RowSource } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Stream } from '../panes/command.ts';
import type { Arguments } from './arguments.ts';
import { textOf } from './flag-values.ts';

/** More than these run at once when something is very wrong. */
const MOST_RUNNING = 8;
const LONGEST_MS = 60_000;

/** The program that --alert-exec names; null: none. It is started as it is, by no shell. */
export function programOf(given: Arguments): string | null {
  const program = textOf(given, 'alert-exec');
  if (program !== null && !program.startsWith('/'))
    throw new UsageError(
      `--alert-exec: ${quote(program)} is no path from the root, such as /usr/local/bin/page`,
    );
  return program;
}

/** The source; the program is told of its rows that it is to hear of, in its environment. */
export function telling(
  source: RowSource,
  program: string,
  stream: Stream<never> | undefined,
  complain: (line: string) => void,
): RowSource {
  let running = 0;
  const tell = (row: unknown): void => {
    const told = stream?.environment?.(row as never);
    if (!told) return;
    if (running >= MOST_RUNNING) {
      complain(`nettop: ${program} runs ${running} times already, and is not started again`);
      return;
    }
    running++;
    const { PATH, HOME, LANG } = process.env;
    const env = { PATH, HOME, LANG, ...told };
    const child = spawn(program, [], {
      env,
      stdio: 'ignore',
      timeout: LONGEST_MS,
    });
    child.once('error', ({ message }) => complain(`nettop: ${message}`));
    child.once('close', () => running--);
    child.unref();
  };
  return {
    ask: (question) => source.ask(question),
    onAnswer: (listener) => source.onAnswer(listener),
    onFailure: (listener) => source.onFailure(listener),
    stop: () => source.stop(),
    finish: (impatience) => source.finish(impatience),
    onRows<Name extends keyof Streams>(of: Name, listener: (rows: Streams[Name]) => Promise<void>): void {
      source.onRows(of, async (rows) => {
        for (const row of rows) tell(row);
        await listener(rows);
      });
    },
  };
}
