import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { goFunctions } from '../../src/capture/plaintext/go-functions.ts';
import { withFile } from '../../src/capture/plaintext/mapped-files.ts';
import { GO_NAMES } from '../../src/capture/plaintext/text-functions.ts';
import { TLS_COST } from '../../src/ui/tls.ts';
import { makeFolder, startCaddy } from './go-programs.ts';
import { live, startNettop } from './nettop.ts';

const run = promisify(execFile);
const CADDY = '/usr/bin/caddy';

test(
  'a program of Go that has its functions by other names is named, with the reason',
  live(
    async (t) => {
      const folder = makeFolder(t);
      const bytes = readFileSync(CADDY);
      for (const name of GO_NAMES) bytes.write('hidden', bytes.indexOf(`\0${name}\0`) + 1);
      const program = join(folder, 'caddy');
      writeFileSync(program, bytes, { mode: 0o755 });
      const caddy = await startCaddy(t, folder, program);
      const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${caddy.port}`]);
      const why = `Go without ${GO_NAMES[0]}`;
      await nettop.until(
        'a handshake of caddy',
        async () => {
          await run('curl', ['-sk', '-o', '/dev/null', `https://127.0.0.1:${caddy.port}/`]);
          return nettop.requests.some(({ process, protocol }) => process === 'caddy' && protocol === 'tls');
        },
        30_000,
      );
      const { warnings } = await nettop.end(`nettop: ${TLS_COST}\n`);
      assert.deepEqual(nettop.requestTotals?.texts?.hidden, [{ pid: caddy.pid, process: 'caddy', why }]);
      assert.ok(warnings.includes(`text within TLS of caddy[${caddy.pid}] is not seen: ${why}`));
    },
    ['openssl', 'curl', 'caddy'],
  ),
);

test(
  'where functions of Go return, as objdump tells it',
  live(async () => {
    const functions = withFile(CADDY, (read) => goFunctions(read, GO_NAMES));
    assert.ok(functions instanceof Map);
    for (const name of GO_NAMES) {
      const place = functions.get(name);
      assert.ok(place, name);
      const [from, to] = [place.offset, Math.max(...place.returns) + 1];
      const told = await returnsToldBy('objdump', from, to);
      assert.deepEqual(place.returns, told, name);
    }
  }, ['caddy', 'objdump']),
);

async function returnsToldBy(program: string, from: number, to: number): Promise<number[]> {
  const binary = ['-D', '-b', 'binary', '-m', 'i386:x86-64', CADDY];
  const { stdout } = await run(program, [...binary, `--start-address=${from}`, `--stop-address=${to}`]);
  return [...stdout.matchAll(/^\s*([0-9a-f]+):.*\tret\b/gm)].map(([, at = '']) => Number.parseInt(at, 16));
}
