import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import http from 'node:http';
import type { TestContext } from 'node:test';
import { cli } from './nettop.ts';
import { until } from './until.ts';

/** Bytes of a recording's first line, at most. */
const FIRST_LINE = 40;

/** `nettop record`, which looks at everything by now; `end` resolves when the file is whole. */
export async function startRecord(t: TestContext, file: string): Promise<{ end(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [cli, 'record', file], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  const size = () => (existsSync(file) ? statSync(file).size : 0);
  const header = await until('the header of the recording', () => size() > FIRST_LINE && size());
  await until('its first second', () => size() > header);
  return {
    async end() {
      child.kill('SIGINT');
      const [code] = await once(child, 'exit');
      assert.equal(code, 0);
    },
  };
}

/** What nettop writes about recordings, as JSON lines; not as root. */
export function told<T = Record<string, unknown>>(...args: string[]): (T & { type: string })[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Asks for a path; resolves when the answer is there. */
export async function ask(agent: http.Agent, port: number, path: string): Promise<void> {
  const request = http.get({ agent, host: '127.0.0.1', port, path, headers: { host: 'shop.example' } });
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  answer.resume();
  await once(answer, 'end');
}
