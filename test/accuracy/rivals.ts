import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** Bytes of some processes together. */
export interface Sum {
  received: number;
  sent: number;
}

interface Rival {
  name: string;
  args: readonly string[];
  /** A line of what it prints; null: it is about something else. `total`: since the start, not since the line before. */
  read(line: string): { pid: number | null; received: number; sent: number; total: boolean } | null;
}

const KB = 1024;

/** Other tools that tell bytes by process, as they print them to a pipe. */
const RIVALS: readonly Rival[] = [
  {
    name: 'nethogs',
    args: ['-t', '-a', '-C', '-v', '2', '-d', '1'],
    // /usr/bin/curl/1234/0 <tab> sent <tab> received
    read: (line) => {
      const [, pid, sent, received] = /\/(\d+)\/\d+\t(\S+)\t(\S+)$/.exec(line) ?? [];
      return pid ? { pid: Number(pid), sent: Number(sent), received: Number(received), total: true } : null;
    },
  },
  {
    name: 'bandwhich',
    args: ['--raw', '--processes'],
    // process: <1591822087> "curl" up/down Bps: 70/95 connections: 1
    read: (line) => {
      const [, sent, received] = /^process: .*"mover" up\/down Bps: (\d+)\/(\d+)/.exec(line) ?? [];
      return sent ? { pid: null, sent: Number(sent), received: Number(received), total: false } : null;
    },
  },
  {
    name: 'tcptop',
    args: ['-C', '-S', '-r', '1000', '1'],
    // PID COMM LADDR RADDR RX_KB TX_KB
    read: (line) => {
      const [, pid, received, sent] = /^(\d+)\s+\S+\s+\S+\s+\S+\s+(\d+)\s+(\d+)$/.exec(line.trim()) ?? [];
      return pid
        ? { pid: Number(pid), received: Number(received) * KB, sent: Number(sent) * KB, total: false }
        : null;
    },
  },
];

/** Another tool while it runs, or why it does not. */
export class Watcher {
  /** By pid; those of a tool that goes by names are under 0. */
  private readonly sums = new Map<number, Sum>();
  private said = '';

  constructor(
    private readonly rival: Rival,
    private readonly child: ChildProcess | null,
  ) {
    let rest = '';
    child?.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.take(line);
    });
    child?.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  get name(): string {
    return this.rival.name;
  }

  /** Why it tells nothing; null: it does. */
  get refusal(): string | null {
    if (!this.child) return 'not installed';
    if (this.child.exitCode === null) return null;
    return this.said.trim().split('\n').at(-1) || `ended with ${this.child.exitCode}`;
  }

  /** What it has told by now. A pid may be a process's that was there before. */
  mark(): ReadonlyMap<number, Sum> {
    return new Map(this.sums);
  }

  /** What it told of these processes since then. */
  sumOf(pids: readonly number[], since: ReadonlyMap<number, Sum>): Sum {
    const sum = { received: 0, sent: 0 };
    for (const pid of [0, ...pids]) {
      const { received = 0, sent = 0 } = this.sums.get(pid) ?? {};
      sum.received += received - (since.get(pid)?.received ?? 0);
      sum.sent += sent - (since.get(pid)?.sent ?? 0);
    }
    return sum;
  }

  end(): void {
    this.child?.kill('SIGTERM');
  }

  private take(line: string): void {
    const told = this.rival.read(line);
    if (!told) return;
    const key = told.pid ?? 0;
    const { received, sent } = (!told.total && this.sums.get(key)) || { received: 0, sent: 0 };
    this.sums.set(key, { received: received + told.received, sent: sent + told.sent });
  }
}

/** Starts all of them that are installed. */
export function startRivals(): Watcher[] {
  return RIVALS.map((rival) => {
    const isThere = spawnSync('which', [rival.name]).status === 0;
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    return new Watcher(rival, isThere ? spawn(rival.name, rival.args, { stdio: [...stdio] }) : null);
  });
}
