import { spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { cli } from './nettop.ts';
import { openScreen } from './screen.ts';

/** What nettop shows of requests in one form: all that it wrote so far. */
export interface Shown {
  form: string;
  text(): string;
  end(): Promise<void>;
}

/** `nettop requests` in a format, as it writes it. */
export function startOutput(t: TestContext, form: 'json' | 'csv' | 'text', ...args: string[]): Shown {
  const command = [cli, 'requests', '--format', form, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    form,
    text: () => written,
    end: () => {
      child.kill('SIGINT');
      return closed;
    },
  };
}

/** Cells in which a URL stands whole. */
const WIDE = 260;

/** The requests on the screen, in the whole of it. */
export async function openRequests(t: TestContext, ...args: string[]) {
  const ui = await openScreen(t, ...args);
  ui.resize(WIDE, 50);
  ui.write('5z');
  return { ui, form: 'screen', text: () => ui.raw(), end: async () => ui.close() };
}
