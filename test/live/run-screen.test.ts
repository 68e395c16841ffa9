import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch } from '../fixtures/pty.ts';
import { startHttp } from './http-peer.ts';
import { cli, live } from './nettop.ts';

const shows = (text: string) => (screen: string[]) => screen.some((line) => line.includes(text));

test(
  'with --screen the panes are of the command alone; then come what it wrote, and the report',
  live(
    async (t) => {
      const port = await startHttp(t, '127.0.0.1', {
        '/page': (say) => say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
      });
      const script = `for n in $(seq 300); do curl -s http://127.0.0.1:${port}/page >> /dev/stdout; sleep 0.1; done; exit 3`;
      const nettop = launch(process.execPath, [cli, 'run', '--screen', '--', 'sh', '-c', script]);
      t.after(() => nettop.close());
      await nettop.until(shows('cgroup: nettop-run-'));
      const screen = await nettop.until(shows('curl'));
      const rows = screen.slice(
        4,
        screen.findIndex((line) => line.includes('2 Connections')),
      );
      const names = rows.flatMap((line) => (/^ +\d+ \S+ +(\S+)/.exec(line) ?? []).slice(1));
      assert.ok(names.length > 0);
      assert.deepEqual([...new Set(names)], ['curl'], 'and not who answers');
      nettop.write('q');
      await nettop.until(shows('nettop: sh goes on; Ctrl-C ends it'));
      await nettop.until(shows('nettop: what sh wrote while the screen was there:'));
      await nettop.until(shows('okokok'));
      nettop.write('\x03');
      await nettop.until(() => nettop.raw().includes('nettop: sh: exit 130 after '));
      assert.equal((await nettop.exited).exitCode, 130);
      assert.equal(nettop.terminal.buffer.active.type, 'normal');
    },
    ['curl', 'mkfifo'],
  ),
);

test(
  'the screen ends with the command, whose exit code it leaves',
  live(
    async (t) => {
      const nettop = launch(process.execPath, [
        cli,
        'run',
        '--screen',
        '--',
        'sh',
        '-c',
        'echo said; exit 3',
      ]);
      t.after(() => nettop.close());
      const screen = await nettop.until(shows('nettop: sh: exit 3 after '));
      assert.ok(screen.includes('said'));
      assert.equal((await nettop.exited).exitCode, 3);
      assert.equal(nettop.terminal.buffer.active.type, 'normal');
    },
    ['mkfifo'],
  ),
);
