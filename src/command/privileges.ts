import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants, release } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { CaptureError } from '../errors.ts';
import { isKernelFrom } from '../machine/kernel-version.ts';

/** Bits of linux/capability.h. */
const capabilityBits = {
  CAP_NET_ADMIN: 12n,
  CAP_SYS_ADMIN: 21n,
  CAP_SYS_RESOURCE: 24n,
  CAP_PERFMON: 38n,
  CAP_BPF: 39n,
} as const;

type Capability = keyof typeof capabilityBits;

/** What the process lacks of what nettop needs, e.g. ['CAP_BPF', 'CAP_PERFMON']; empty when it may start. */
export function missingCapabilities(): string[] {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return missingFrom(BigInt(`0x${effective}`), release());
}

/** As missingCapabilities, from the bit set of /proc/PID/status and the kernel's release, e.g. '6.1.0-18-amd64'. */
export function missingFrom(effective: bigint, kernelRelease: string): string[] {
  const has = (capability: Capability) => (effective & (1n << capabilityBits[capability])) !== 0n;
  const suffices = (capability: Capability) =>
    has(capability) || (isSplit(capability) && has('CAP_SYS_ADMIN'));
  return neededOn(kernelRelease).filter((capability) => !suffices(capability));
}

/** What CAP_SYS_ADMIN still includes: CAP_BPF and CAP_PERFMON were split from it, loading network programs takes either. */
const isSplit = (capability: Capability) => capability !== 'CAP_SYS_RESOURCE';

function neededOn(kernelRelease: string): Capability[] {
  // 5.8 brought CAP_BPF and CAP_PERFMON; until 5.11 maps counted against RLIMIT_MEMLOCK, which has to be raised.
  const loading: Capability[] = isKernelFrom('5.8', kernelRelease)
    ? ['CAP_BPF', 'CAP_PERFMON', 'CAP_NET_ADMIN']
    : ['CAP_SYS_ADMIN'];
  return isKernelFrom('5.11', kernelRelease) ? loading : [...loading, 'CAP_SYS_RESOURCE'];
}

/** The error for a start without privileges; argv are nettop's own arguments. */
export function privilegeError(missing: string[], argv: string[]): CaptureError {
  const command = ['sudo', ...sudoArguments(argv)].map(shellQuoted).join(' ');
  return new CaptureError(`missing privileges: ${missing.join(', ')}`, `run it as root: ${command}`);
}

/**
 * Asks whether to run again through sudo with the same node, and does it. Resolves to the exit code of
 * that run, or to null when there is nobody to ask, no sudo, or the answer is no.
 */
export async function offerSudo(argv: string[]): Promise<number | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || !hasSudo()) return null;
  const missing = missingCapabilities().join(', ');
  if (!(await agreed(`nettop lacks ${missing}. Run again with sudo? [Y/n] `))) return null;
  return runThroughSudo(argv);
}

const hasSudo = () => (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/sudo`));

/** Enter means yes; Ctrl-C and Ctrl-D mean no. */
async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stderr,
  });
  const closed = new Promise<null>((resolve) => terminal.once('close', () => resolve(null)));
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  if (answer === null) process.stderr.write('\n');
  return answer !== null && /^(y|yes)?$/i.test(answer.trim());
}

/** What a terminal, a language and sudo itself go by: nothing that changes how Node.js or libraries are loaded. */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|COLORTERM|NO_COLOR|LANG|LANGUAGE|LC_\w+|TZ|DISPLAY|XAUTHORITY|SUDO_\w+)$/;

export function cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => KEPT.test(name)));
}

/** The terminal sends its signals to sudo as well, which passes them on; this process only waits. */
function runThroughSudo(argv: string[]): Promise<number> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const) process.on(signal, () => {});
  const child = spawn('sudo', sudoArguments(argv), {
    stdio: 'inherit',
    env: cleanEnvironment(process.env),
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}

const sudoArguments = (argv: string[]) => ['--', process.execPath, process.argv[1] ?? '', ...argv];

const shellQuoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
