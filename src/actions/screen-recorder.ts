import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Options } from '../command/options.ts';
import { formatBytes, USUAL_UNITS } from '../text/format.ts';
import { sanitize } from '../text/text.ts';
import type { Recorder, RecordingTold } from '../ui/recording.ts';
import type { Progress } from './record.ts';

const LEAD = 'nettop: ';

/**
 * Recordings beside a screen, one at a time: each is a run of `nettop record`, with the parts of the kernel's side of its
 * own. It outlasts a stop of the screen, and ends whole when the screen ends, however that does.
 */
export class ScreenRecorder implements Recorder {
  private child: ChildProcess | null = null;
  private ended = '';

  constructor(private readonly options: Options) {}

  start(filter: string, tell: (told: RecordingTold) => void): void {
    const file = fileName(new Date());
    const child = spawn(
      process.execPath,
      [...process.execArgv, process.argv[1] ?? '', ...argumentsOf(this.options, file, filter)],
      { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true },
    );
    this.child = child;
    const beganMs = performance.now();
    let bytes = 0;
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('message', (progress: Progress) => {
      bytes = progress.bytes;
      tell({ bytes, seconds: (performance.now() - beganMs) / 1000 });
    });
    child.once('error', ({ message }) => {
      errors += `${LEAD}${message}\n`;
    });
    child.once('close', (code) => {
      this.child = null;
      const size = formatBytes(bytes, USUAL_UNITS);
      this.ended =
        code === 0 ? `recorded: nettop replay ${file} (${size})` : `not recorded: ${reasonOf(errors)}`;
      tell({ ended: this.ended });
    });
  }

  stop(): void {
    this.child?.kill('SIGINT');
  }

  /** Ends one that is still made; how it ended, as a line. */
  async end(): Promise<string[]> {
    const { child } = this;
    if (!child) return [];
    const closed = once(child, 'close');
    this.stop();
    await closed;
    return [`${LEAD}${this.ended}`];
  }
}

/** By the time, in order: nettop-2026-11-29-203105.nettop. */
function fileName(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `nettop-${day}-${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('')}.nettop`;
}

/** The same that the screen sees. */
function argumentsOf(
  { wire, functions, paths, rateLimit, attach, intervalMs, kernelStack, wishes }: Options,
  file: string,
  filter: string,
): string[] {
  return [
    'record',
    file,
    ...(filter === '' ? [] : [filter]),
    ...(wire ? ['--wire'] : []),
    ...(kernelStack ? ['--kernel-stack'] : []),
    ...(wishes.rules ?? []).flatMap(({ text }) => ['--alert', text]),
    ...functions.flatMap((glob) => ['--function', glob]),
    ...(paths.length > 0 ? ['--path', paths.join(',')] : []),
    ...(rateLimit === null ? [] : ['--rate-limit', String(rateLimit)]),
    ...['--attach', attach, '--interval', `${intervalMs}ms`],
  ];
}

/** The line that says what went wrong. */
function reasonOf(errors: string): string {
  const line = errors.split('\n').findLast((one) => one.startsWith(LEAD)) ?? errors;
  return sanitize(line.replace(LEAD, '').trim());
}
