import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { settingsOf } from '../../src/command/configuration.ts';
import { parse } from '../../src/command/options.ts';
import { folderOf } from '../fixtures/proc.ts';
import { cli } from '../live/nettop.ts';

const names = {
  interfaceIndex: () => null,
  netns: () => null,
  reasons: () => null,
} as unknown as Parameters<typeof settingsOf>[1];

const TEXT = `# what pages
alert process nginx and retransmits > 5% for 10s

  alert port 5432 and connections > 80
alert-exec /usr/local/bin/page
`;
const rules = (argv: string[]) => {
  const { wishes, alertProgram } = parse(argv, {}, { ...names, settings: () => settingsOf(TEXT, names) });
  return { rules: wishes.rules?.map(({ text }) => text) ?? [], alertProgram };
};

test('rules of the configuration come before those of the command line, whose program is instead of its', () => {
  const own = ['process nginx and retransmits > 5% for 10s', 'port 5432 and connections > 80'];
  assert.deepEqual(rules(['alerts']), { rules: own, alertProgram: '/usr/local/bin/page' });
  const more = ['alerts', '--alert', 'rtt > 1s', '--alert-exec', '/bin/true'];
  assert.deepEqual(rules(more), { rules: [...own, 'rtt > 1s'], alertProgram: '/bin/true' });
  assert.deepEqual(rules([]), { rules: own, alertProgram: null });
  assert.deepEqual(rules(['processes']), { rules: [], alertProgram: null });
});

test('a line that is wrong is named', () => {
  const wrong = {
    'alert port x and rtt > 1s': /^\/etc\/nettop\.conf:2: .*port/,
    'alert port 80': /:2: .*does not end with a figure/,
    alert: /:2: alert needs a value/,
    'color blue': /:2: there is no setting "color"; there are alert, alert-exec/,
    'alert-exec /a\nalert-exec /b': /:3: alert-exec was given twice/,
  };
  for (const [text, message] of Object.entries(wrong))
    assert.throws(() => settingsOf(`# one\n${text}`, names), { name: 'UsageError', message });
});

test('the file of the machine is read, and has to be root’s alone', (t) => {
  if (process.getuid?.() !== 0) return t.skip('not root: no file system can be mounted');
  const folder = folderOf(t, {});
  /** nettop where /etc is a copy with that configuration. */
  const run = (mode: string, text: string, ...argv: string[]) => {
    const script = `cp -a /etc/. "$1" && printf %s "$2" > "$1/nettop.conf" && chmod ${mode} "$1/nettop.conf" &&
      mount --bind "$1" /etc && shift 2 && exec "$@"`;
    const nettop = [process.execPath, cli, ...argv];
    const { status, stderr } = spawnSync(
      'unshare',
      ['-m', 'sh', '-c', script, 'sh', folder, text, ...nettop],
      {
        encoding: 'utf8',
      },
    );
    return { status, stderr };
  };
  assert.deepEqual(run('644', 'alert nothing', 'alerts'), {
    status: 2,
    stderr:
      'nettop: /etc/nettop.conf:1: "nothing" does not end with a figure, as "process nginx and retransmits > 5% for 10s" does\n',
  });
  assert.match(
    run('666', 'alert rtt > 1s', 'alerts').stderr,
    /^nettop: \/etc\/nettop\.conf must be root's, .*\n$/,
  );
  assert.deepEqual(run('666', 'alert nothing', 'version').status, 0);
  const ofRecording = run('644', 'alert rtt > 1s', 'alerts', '--from', 'nowhere.nettop');
  assert.match(
    ofRecording.stderr,
    /^nettop: "nowhere.nettop" cannot be read/,
    'its alerts were looked for then',
  );
});
