import { type IPty, spawn } from '@lydell/node-pty';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm, { type Terminal } from '@xterm/headless';

export interface LaunchOptions {
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
  cwd?: string;
}

/** A program in a pseudo-terminal, read back through a terminal emulator. */
export interface Launched {
  process: IPty;
  terminal: Terminal;
  /** Bells and window titles that the program asked for; a well-behaved one asks for none. */
  noises: string[];
  /** Everything that the program wrote. */
  raw(): string;
  /** The lines of the screen without spaces at their ends. */
  screen(): string[];
  /** Waits until the screen is as wanted; fails with the screen in the message. */
  until(wanted: (screen: string[]) => boolean, ms?: number): Promise<string[]>;
  write(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Ends the program if it still runs. */
  close(): void;
  exited: Promise<{ exitCode: number; signal?: number }>;
}

const POLL_MS = 10;
const DEADLINE_MS = 20_000;

function createTerminal(columns: number, rows: number): Terminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  return terminal;
}

function linesOf(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  const line = (row: number) =>
    active.getLine(active.viewportY + row)?.translateToString(true, 0, terminal.cols);
  return Array.from({ length: terminal.rows }, (_, row) => line(row)?.trimEnd() ?? '');
}

/** Resolves when the emulator has taken in all that came so far. */
export function settled(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => terminal.write('', resolve));
}

async function poll(
  terminal: Terminal,
  wanted: (screen: string[]) => boolean,
  ms: number,
): Promise<string[]> {
  const deadline = Date.now() + ms;
  for (;;) {
    await settled(terminal);
    const screen = linesOf(terminal);
    // In the middle of a synchronised update a user sees nothing of it yet.
    if (!terminal.modes.synchronizedOutputMode && wanted(screen)) return screen;
    if (Date.now() > deadline) throw new Error(`not seen within ${ms} ms: ${wanted}\n${screen.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The environment of a user at a terminal: Ink paints nothing where it believes to run in CI. */
function userEnvironment(extra: Record<string, string>): Record<string, string> {
  const { CI: _, NO_COLOR: __, ...inherited } = process.env as Record<string, string>;
  return { ...inherited, NODE_ENV: 'production', TZ: 'UTC', ...extra };
}

/** Starts a program at a terminal of the given size. */
export function launch(command: string, args: readonly string[], options: LaunchOptions = {}): Launched {
  const { columns = 120, rows = 40, env = {}, cwd = process.cwd() } = options;
  const terminal = createTerminal(columns, rows);
  const noises: string[] = [];
  let running = true;
  terminal.onBell(() => noises.push('bell'));
  terminal.onTitleChange((title) => noises.push(`title ${title}`));
  const size = { cols: columns, rows, name: 'xterm-256color' };
  const child = spawn(command, [...args], { ...size, cwd, env: userEnvironment(env) });
  let raw = '';
  child.onData((data) => {
    raw += data;
    terminal.write(data);
  });
  return {
    process: child,
    terminal,
    noises,
    raw: () => raw,
    screen: () => linesOf(terminal),
    until: (wanted, ms = DEADLINE_MS) => poll(terminal, wanted, ms),
    write: (keys) => child.write(keys),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    close() {
      if (running) child.kill('SIGKILL');
    },
    exited: new Promise((resolve) => {
      child.onExit((end) => {
        running = false;
        resolve(end);
      });
    }),
  };
}
