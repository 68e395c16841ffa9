import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../live/until.ts';
import { type KernelPackage, Unavailable } from './package.ts';

const TOOLS = ['qemu-system-x86_64', 'busybox', 'cpio', 'xz'];
/** Where Debian has it: with QEMU until version 7, of its own since. */
const SHARERS = ['/usr/lib/qemu/virtiofsd', '/usr/libexec/virtiofsd'];
const MEMORY = '2048M';
const DEBUGGED = 'slab_debug=Z,kmalloc-*';

/** Throws Unavailable, with the reason, where no machine can be emulated. */
export function sharer(): string {
  if (process.getuid?.() !== 0) throw new Unavailable('not root');
  const absent = TOOLS.find((tool) => spawnSync('which', [tool]).status !== 0);
  if (absent) throw new Unavailable(`${absent} is not installed`);
  const found = SHARERS.find(existsSync);
  if (!found) throw new Unavailable('virtiofsd is not installed');
  return found;
}

/**
 * Boots a kernel on an emulated machine whose root is this machine's, with changes kept in its memory,
 * and runs `script` there as process 1. Calls `hear` with each line on its console; resolves when the
 * machine is off, which `signal` does too.
 */
export async function boot(
  t: TestContext,
  kernel: KernelPackage,
  work: string,
  script: string,
  hear: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const initrd = join(work, 'initrd.img');
  const maker = fileURLToPath(new URL('initrd.sh', import.meta.url));
  const made = spawnSync('bash', [maker, kernel.root, initrd, script], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initrd.sh: ${made.stderr}`);
  const socket = await shareRoot(t, work);
  const machine = emulate(kernel.image, initrd, socket);
  t.after(() => machine.kill('SIGKILL'));
  signal.addEventListener('abort', () => machine.kill('SIGKILL'));
  const errors: string[] = [];
  machine.stderr?.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  if (machine.stdout) createInterface({ input: machine.stdout }).on('line', hear);
  const code = await new Promise((resolve) => machine.once('close', resolve));
  if (code !== 0 && !signal.aborted) throw new Error(`QEMU ended with ${code}: ${errors.join('')}`);
}

/** In a mount namespace of its own: the bind mount, which leaves out what is mounted on the root, goes with it. */
async function shareRoot(t: TestContext, work: string): Promise<string> {
  const root = join(work, 'root');
  const socket = join(work, 'share.sock');
  mkdirSync(root);
  const share = `exec ${sharer()} --socket-path=${socket} -o source=${root} -o cache=always -o sandbox=chroot`;
  const command = ['--mount', '--propagation', 'private', 'sh', '-c', `mount --bind / ${root} && ${share}`];
  const sharing = spawn('unshare', command, { stdio: 'ignore' });
  t.after(() => sharing.kill('SIGKILL'));
  await until('virtiofsd listens', () => existsSync(socket));
  return socket;
}

/**
 * One processor: with two the kernel crashes while it patches itself (int3 under multi-threaded
 * emulation). Without cx16: emulating cmpxchg16b, QEMU 7.2 at times loses the flags (double fault). Without it newer
 * kernels give BPF no storage at sockets but from caches that are debugged (mm/slub.c, kmalloc_nolock).
 */
function emulate(image: string, initrd: string, socket: string): ChildProcess {
  const args = [
    ...['-accel', 'tcg', '-cpu', 'max,cx16=off', '-smp', '1', '-m', MEMORY, '-nographic', '-no-reboot'],
    ...[
      '-kernel',
      image,
      '-initrd',
      initrd,
      '-append',
      `console=ttyS0 panic=-1 quiet loglevel=2 ${DEBUGGED}`,
    ],
    ...['-object', `memory-backend-memfd,id=mem,size=${MEMORY},share=on`, '-numa', 'node,memdev=mem'],
    ...['-chardev', `socket,id=fs,path=${socket}`, '-device', 'vhost-user-fs-pci,chardev=fs,tag=host'],
  ];
  return spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}
