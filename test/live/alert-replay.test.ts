import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun, ended, told, trouble } from './alerts.ts';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { told as recorded } from './recorded-files.ts';
import { RecordRun } from './recorder.ts';
import type { AlertLine } from './rows.ts';
import { until } from './until.ts';

const PORTS = 300;

/** What two that look at their own moments say alike: all but times, and what an alert had come to when it began. */
function alike({ state, kind, pid, process, netns, netnsName, advice, command, ...line }: AlertLine) {
  const { localAddress, localPort, remote, message, evidence } = line;
  const ends = { localAddress, localPort, remote };
  const whole = state === 'end' ? { evidence, message } : {};
  return { kind, state, pid, process, netns, netnsName, advice, command, ...ends, ...whole };
}

/** Those of these namespaces, without what merely went on. */
const those = (lines: readonly AlertLine[], ...namespaces: Namespace[]) =>
  lines
    .filter(({ netns, state }) => state !== 'ongoing' && namespaces.some((one) => inode(one) === netns))
    .map((line) => JSON.stringify(alike(line)))
    .sort();

test(
  'alerts of a recording are those that were told live at the same time',
  live(
    async (t) => {
      const [target, scanner, first] = [createNamespace(t), createNamespace(t), createNamespace(t)];
      connectNamespaces(target, scanner);
      const run = new RecordRun(t, []);
      const nettop = startNettop(t, ['alerts', '--json']);
      const inRecording = () => recorded<AlertLine>('alerts', '--from', run.file);
      await run.begun();
      const look = () => trouble(first, 'scan', '127.0.0.1', 1, 60, 0.1);
      await nettop.until('nettop looks', () => {
        look();
        return told(nettop, 'scanIn', inode(first)).length > 0;
      });
      await until('the recorder looks', () => {
        const isLooking = those(inRecording(), first).length > 0;
        if (!isLooking) look();
        return isLooking;
      });

      trouble(scanner, 'scan', '192.0.2.1', 1, PORTS);
      const begins = [
        await begun(nettop, 'scanIn', inode(target)),
        await begun(nettop, 'scanOut', inode(scanner)),
      ];
      const ends = await Promise.all(begins.map((begin) => ended(nettop, begin, 60_000)));
      const live = those(nettop.alerts, target, scanner);
      await until(
        'they are recorded',
        () => those(inRecording(), target, scanner).length >= live.length,
      ).catch(() => {}); // which is missing is told below
      await nettop.end();
      await run.end();
      assert.deepEqual(those(inRecording(), target, scanner), live);
      assert.deepEqual(
        ends.map(({ evidence }) => evidence.ports),
        [PORTS, PORTS],
      );
    },
    ['python3'],
  ),
);
