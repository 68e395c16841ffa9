import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ended, trouble } from './alerts.ts';
import { createNamespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { until } from './until.ts';

const HELD = 12;
const PROCESS = '$(id)\';"x';

test(
  "a rule of one's own is told once, with its figure, and a program hears of each alert without a shell in between",
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const netns = inode(namespace);
      const folder = mkdtempSync(join(tmpdir(), 'nettop-alert-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const program = join(folder, 'tell it');
      writeFileSync(program, `#!/bin/sh\nenv -0 > '${folder}'/"$NETTOP_KIND-$NETTOP_STATE"\n`);
      chmodSync(program, 0o755);
      const rule = `netns ${netns} and connections > ${HELD} for 2s`;
      const never = `netns ${netns} and connections > ${HELD * 2} for 2s`;
      const args = ['--alert', rule, '--alert', never, '--alert-exec', program];
      const nettop = startNettop(t, ['alerts', '--json', ...args]);
      const sockets = trouble(namespace, 'hold', '127.0.0.1', 9001, HELD, 8);
      const begin = await nettop.until('the alert', () => nettop.alerts.find(({ kind }) => kind === 'rule'));
      assert.deepEqual(begin.evidence, { rule, figure: 'connections', value: sockets, limit: HELD });
      const end = await nettop.until(
        'its end',
        () => nettop.alerts.find(({ kind, state }) => kind === 'rule' && state === 'end'),
        30_000,
      );
      assert.equal(end.begun, begin.begun);
      assert.deepEqual(
        nettop.alerts
          .filter(({ kind }) => kind === 'rule')
          .map(({ state, evidence }) => [state, evidence.rule]),
        [
          ['begin', rule],
          ['end', rule],
        ],
      );

      runIn(namespace, 'sysctl', '-qw', 'net.ipv4.ip_local_port_range=5000 5009');
      trouble(namespace, 'no_port', '127.0.0.1', 9002, 40, PROCESS);
      const alert = await nettop.until('the other', () =>
        nettop.alerts.find(({ kind }) => kind === 'portsExhausted'),
      );
      await ended(nettop, alert);
      const read = (state: string) => {
        const lines = readFileSync(join(folder, `portsExhausted-${state}`), 'utf8').split('\0');
        return Object.fromEntries(lines.map((line) => [line.split('=')[0], line.replace(/^[^=]*=/, '')]));
      };
      const told = await until('the program is told of both', () => {
        try {
          return read('begin') && read('end').NETTOP_EVIDENCE ? read('end') : null;
        } catch {
          return null;
        }
      });
      await nettop.end();
      assert.deepEqual(
        [told.NETTOP_PROCESS, told.NETTOP_PID, told.NETTOP_REMOTE, JSON.parse(told.NETTOP_EVIDENCE ?? '')],
        [PROCESS, String(alert.pid), '127.0.0.1:9002', { failed: 40, firstPort: 5000, lastPort: 5009 }],
      );
    },
    ['python3'],
  ),
);
