import type { TestContext } from 'node:test';
import { type Launched, launch } from '../fixtures/pty.ts';
import { cli } from './nettop.ts';

export const has = (pattern: RegExp) => (screen: string[]) => screen.some((line) => pattern.test(line));

/** The built nettop at a terminal of 120x40, with its first answer on the screen. */
export function openScreen(t: TestContext, ...args: string[]): Promise<Launched> {
  return openScreenWithin(t, [], ...args);
}

/** The same, under a command such as `ip netns exec NAME`. */
export async function openScreenWithin(
  t: TestContext,
  within: readonly string[],
  ...args: string[]
): Promise<Launched> {
  const [command = '', ...rest] = [...within, process.execPath, cli, ...args];
  const ui = launch(command, rest, { columns: 120, rows: 40 });
  t.after(ui.close);
  await ui.until(has(/1 Processes \d/));
  return ui;
}

/** Rows of a pane: what stands between its column titles and the next pane or the bottom line. */
export function rowsOf(screen: string[], pane: number): string[] {
  const title = screen.findIndex((line) => new RegExp(`^[─━] (┃ )?${pane} `).test(line));
  const rest = screen.slice(title + 2);
  const end = rest.findIndex((line) => /^[─━] (┃ )?\d /.test(line));
  return rest.slice(0, end < 0 ? -1 : end).filter(Boolean);
}
