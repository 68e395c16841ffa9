import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Options } from '../command/options.ts';
import { HeldOutput } from '../machine/held-output.ts';
import { say } from './context.ts';

/** What a command writes after the screen is shown so soon. */
const FOLLOW_MS = 100;

/**
 * The screen beside a command that runs under nettop: a nettop of its own, so that no filter typed there changes the
 * report. The command gets no key, and what it writes is shown afterwards.
 */
export class RunScreen {
  private readonly held: HeldOutput;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private shown: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private isAnnounced = false;
  isOpen = true;

  /** `name`: of the command, safe to print. `user`: who runs it; null: nettop's own user. */
  constructor(
    options: Options,
    cgroup: string,
    private readonly name: string,
    user: { uid: number; gid: number } | null,
  ) {
    this.held = new HeldOutput(user);
    this.child = spawn(
      process.execPath,
      [...process.execArgv, process.argv[1] ?? '', ...argumentsOf(options, cgroup)],
      { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
    );
    this.child.on('error', ({ message }) => say(`nettop: no screen: ${message}`));
    this.ended = once(this.child, 'exit').catch(() => {}); // all it has is inherited, so that it is not 'close'
    void this.ended.then(() => this.follow());
  }

  /** Resolves when it is there, or has ended before. */
  async opened(): Promise<void> {
    await Promise.race([once(this.child, 'message').catch(() => {}), this.ended]);
  }

  /** For the command: where the screen is not, it has nettop's own. */
  begin(): StdioOptions {
    const { fd } = this.held;
    this.isRunning = true;
    return this.isOpen ? ['ignore', fd, process.stderr.isTTY ? fd : 'inherit'] : 'inherit';
  }

  /** The command has ended: the terminal is back, and all that it wrote is shown. */
  async end(): Promise<void> {
    this.isRunning = false;
    if (this.child.connected) this.child.disconnect();
    await this.ended;
    clearInterval(this.timer);
    await this.held.end();
    this.show();
    await this.shown;
  }

  /** The screen ended: from now on what the command writes is shown as it comes. */
  private follow(): void {
    this.isOpen = false;
    if (this.isRunning) say(`nettop: ${this.name} goes on; Ctrl-C ends it`);
    this.show();
    this.timer = setInterval(() => this.show(), FOLLOW_MS);
  }

  private show(): void {
    this.shown = this.shown.then(() => this.copy());
  }

  private async copy(): Promise<void> {
    await this.held.copy((bytes) => {
      if (!this.isAnnounced) say(`nettop: what ${this.name} wrote while the screen was there:`);
      this.isAnnounced = true;
      return new Promise((resolve) => process.stdout.write(bytes, () => resolve()));
    });
  }
}

/** What it shows is what the report tells of. */
function argumentsOf({ isPrivate, color, units, wishes, rateLimit }: Options, cgroup: string): string[] {
  return [
    ...['--cgroup', cgroup],
    ...(isPrivate ? ['--private'] : []),
    ...(color ? [] : ['--no-color']),
    ...(units.iec ? ['--iec'] : []),
    ...(wishes.readsTls ? ['--tls'] : []),
    ...(rateLimit === null ? [] : ['--rate-limit', String(rateLimit)]),
  ];
}
