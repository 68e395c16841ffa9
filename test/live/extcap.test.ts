import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cli, live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { until } from './until.ts';

/** Where Wireshark 4.0 and later ones look for programs of the user's own. */
const FOLDERS = ['.config/wireshark/extcap', '.local/lib/wireshark/extcap'];

/** The environment of a user with nettop in his extcap folder. */
function withNettop(t: TestContext): NodeJS.ProcessEnv {
  const home = mkdtempSync(join(tmpdir(), 'nettop-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  for (const folder of FOLDERS) {
    mkdirSync(join(home, folder), { recursive: true });
    symlinkSync(cli, join(home, folder, 'nettop'));
  }
  return { ...process.env, HOME: home };
}

test(
  'Wireshark lists nettop among its interfaces, and captures with it and a filter',
  live(
    async (t) => {
      const env = withNettop(t);
      const { stdout } = spawnSync('tshark', ['-D'], { env, encoding: 'utf8' });
      assert.match(stdout, /^\d+\. nettop \(packets with their process\)$/m);

      const sender = await startPeer(t);
      const port = await sender.ask('bindUdp', '127.0.0.1');
      const other = await sender.ask('bindUdp', '127.0.0.1');
      const options = ['-i', 'nettop', '-f', `udp port ${port}`, '-c', '5', '-l'];
      const wanted = ['-T', 'fields', '-e', 'udp.dstport', '-e', 'frame.comment'];
      const tshark = spawn('tshark', [...options, ...wanted], { env });
      t.after(() => tshark.kill('SIGKILL'));
      let [printed, errors] = ['', ''];
      let code: number | null | undefined;
      tshark.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
      tshark.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text;
      });
      tshark.on('close', (ended) => {
        code = ended;
      });
      await until('tshark has its five frames', async () => {
        for (const at of [other, port]) await sender.ask('sendUdp', 1, 20, '127.0.0.1', at);
        return code !== undefined;
      });
      assert.equal(code, 0, errors);
      assert.doesNotMatch(errors, /extcap/, 'nothing is said of a capture that is whole');
      const lines = printed.trimEnd().split('\n');
      assert.equal(lines.length, 5);
      for (const line of lines)
        assert.match(line, new RegExp(`^${port}\tnettop .*pid=${sender.pid} .*function=`));
    },
    ['tshark'],
  ),
);
