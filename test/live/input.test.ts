import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { cli } from './nettop.ts';

/** Command lines that are wrong, and what the message has to name. */
const WRONG: [string[], RegExp][] = [
  [['-p', 'http'], /port.*"http"/],
  [['-p', '0'], /port.*"0"/],
  [['-p', '65536'], /port.*"65536"/],
  [['-p', '-1'], /-1/],
  [['-p'], /port/],
  [['-p', '80', '-p', '443'], /port.*twice/],
  [['-i', '192.168.1'], /"192\.168\.1" is not an IP address/],
  [['-i', '192.168.1.256'], /"192\.168\.1\.256"/],
  [['-i', 'fe80:::1'], /"fe80:::1"/],
  [['--proto', 'sctpp'], /"sctpp".*tcp, udp, icmp, icmp6/],
  [['--pid', '0'], /pid.*"0"/],
  [['--pid', 'self'], /pid.*"self"/],
  [['--rate-limit', '-5'], /rate-limit|"-5"/],
  [['--rate-limit', '1e3'], /rate-limit.*"1e3"/],
  [['--interval', '0'], /interval.*"0"/],
  [['--interval', '1ms'], /interval.*50ms/],
  [['--interval', 'soon'], /interval.*"soon"/],
  [['--duration', '-1s'], /duration|"-1"/],
  [['-c', '0'], /count.*"0"/],
  [['-c', '1.5'], /count.*"1\.5"/],
  [['--nonsense'], /"--nonsense"/],
  [['-x'], /"-x"/],
  [['--json=3'], /json/],
  [['trace', 'port'], /column 5/],
  [['trace', '(tcp'], /column/],
  [['processes', 'tcp and'], /column/],
  [['connections', 'host 1.2.3.400'], /column/],
  [['-p', '80', 'and and'], /column/],
  [['doctor', 'please'], /"please"/],
];

for (const [args, named] of WRONG) {
  test(`nettop ${args.join(' ')}: exit code 2 and what is wrong`, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
    assert.match(stderr, named);
    // A filter may be shown below the message, with a caret under the place.
    assert.match(stderr, /^nettop: .+\n(.+\n\s*\^.*\n)?$/);
  });
}
