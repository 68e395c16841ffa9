import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * ssh asks nobody anything: neither for a password nor whether a host's key is the right one, whatever its own
 * configuration says. A link that is dead is noticed in 15 s. Nothing is forwarded, and nothing stays behind.
 */
const OPTIONS = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'UpdateHostKeys=no',
  'ConnectTimeout=10',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'ControlMaster=no',
  'LogLevel=ERROR',
];
/** Of what ssh and the far nettop complain about, the end is kept. */
const COMPLAINT_CHARACTERS = 4000;
/** ssh ends at once when it is asked to; one that does not is killed. */
const PATIENCE_MS = 1000;

export interface SshEnd {
  /** null: a signal ended it, or it did not start. */
  code: number | null;
  /** What stood on standard error, at its end. */
  complaint: string;
  /** ssh itself could not be started. */
  isMissing: boolean;
}

/** A command on another machine. */
export interface Ssh {
  output: Readable;
  ended: Promise<SshEnd>;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * `words` are joined by spaces for the far shell, of whatever kind: they have to be harmless to all. What root may do
 * is done without sudo.
 */
export function remoteCommand(words: readonly string[]): string {
  const command = words.join(' ');
  return `sh -c 'if [ "$(id -u)" = 0 ]; then exec ${command}; else exec sudo -n ${command}; fi'`;
}

export const sshArguments = (destination: string, command: string): string[] => [
  '-T',
  '-a',
  '-x',
  '-n',
  ...OPTIONS.flatMap((option) => ['-o', option]),
  '--', // a destination that begins with a dash is none of ssh's flags
  destination,
  command,
];

/** All that were started; whatever way nettop ends, none outlives it. */
export class SshSessions {
  private readonly running = new Set<ChildProcess>();
  private readonly killAll = () => {
    for (const child of this.running) child.kill('SIGKILL');
  };

  /** In a session of its own: it has no terminal to ask at, and Ctrl-C is nettop's. */
  run(destination: string, command: string): Ssh {
    const child = spawn('ssh', sshArguments(destination, command), {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-COMPLAINT_CHARACTERS);
    });
    const ended = new Promise<SshEnd>((resolve) => {
      child.once('error', () => resolve({ code: null, complaint, isMissing: true }));
      child.once('close', (code) => resolve({ code, complaint, isMissing: false }));
    });
    this.watch(child, ended);
    return {
      output: child.stdout,
      ended,
      async stop() {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
        await ended;
        clearTimeout(timer);
      },
    };
  }

  private watch(child: ChildProcess, ended: Promise<SshEnd>): void {
    if (this.running.size === 0) process.once('exit', this.killAll);
    this.running.add(child);
    void ended.then(() => {
      this.running.delete(child);
      if (this.running.size === 0) process.off('exit', this.killAll);
    });
  }
}
