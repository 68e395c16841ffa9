import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const script = fileURLToPath(new URL('sockets.py', import.meta.url));

/** A function of sockets.py in a process of its own. */
export class Python {
  private readonly told: unknown[] = [];

  constructor(private readonly child: ChildProcess) {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.told.push(...lines.map((line) => JSON.parse(line) as unknown));
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it tells as its nth, a number for the most part. */
  async tells<T = number>(nth: number, ms?: number): Promise<T> {
    return until<T>(`number ${nth} of sockets.py`, () => this.told[nth] as T | undefined, ms);
  }

  /** The line that it waits for. */
  goOn(line = ''): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** Lets it come to its end and waits until it is gone. */
  async end(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.stdin?.end();
    await gone;
  }
}

/** Starts a function of sockets.py; it ends with the test. */
export function startPython(t: TestContext, name: string, ...args: (string | number)[]): Python {
  return startPythonWithin(t, [], name, ...args);
}

/** The same, under a command such as `taskset -c 0`. */
export function startPythonWithin(
  t: TestContext,
  within: readonly string[],
  name: string,
  ...args: (string | number)[]
): Python {
  const [command = '', ...rest] = [...within, 'python3', script, name, ...args.map(String)];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return new Python(child);
}
