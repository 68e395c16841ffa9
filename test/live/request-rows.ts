import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import type { Namespace } from './namespace.ts';
import { type Nettop, startNettop } from './nettop.ts';
import type { RequestLine } from './rows.ts';

/** What one end saw of the requests: each is a row there. */
export const ofSide = (lines: readonly RequestLine[], side: 'client' | 'server'): RequestLine[] =>
  lines.filter((line) => line.side === side);

export interface Ran {
  pid: number;
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end in a namespace. */
export async function runWithin(
  { within }: Pick<Namespace, 'within'>,
  command: readonly string[],
  input = '',
): Promise<Ran> {
  const [program = '', ...args] = [...within, ...command];
  const child = spawn(program, args, { stdio: 'pipe' });
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const parts: string[] = [];
    stream.setEncoding('utf8').on('data', (text: string) => parts.push(text));
    return parts;
  });
  child.stdin.on('error', () => {}).end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { pid: child.pid ?? 0, code, stdout: out?.join('') ?? '', stderr: err?.join('') ?? '' };
}

/** nettop on the requests of a namespace; `ask` makes one, again and again until it is seen: from then on all are. */
export async function followRequests(
  t: TestContext,
  namespace: Namespace,
  ask: () => Promise<unknown>,
  options: readonly string[] = [],
): Promise<Nettop> {
  const unlimited = ['--rate-limit', '0']; // others' requests count too, as the kernel does not go by namespaces
  const nettop = startNettop(t, ['requests', '--json', '--netns', namespace.name, ...unlimited, ...options]);
  await nettop.until('the first request', async () => {
    await ask();
    return nettop.requests.length > 0;
  });
  return nettop;
}
