import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trouble } from './alerts.ts';
import { createNamespace } from './namespace.ts';
import { runIn } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { has, openScreenWithin } from './screen.ts';

/** What was handed to the clipboard: in Base64, by OSC 52 of xterm's control sequences. */
function copiedIn(raw: string): string[] {
  const [, ...parts] = raw.split('\x1b]52;c;');
  return parts.map((part) => Buffer.from(part.split('\x07')[0] ?? '', 'base64').toString());
}

test(
  'y on an alert hands the command that would help to the terminal, and says which',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      runIn(namespace, 'sysctl', '-qw', 'net.ipv4.ip_local_port_range=5000 5009');
      const ui = await openScreenWithin(t, namespace.within, `netns ${namespace.name}`);
      ui.write('9z');
      const isThere = has(/ports exhausted|no free port/i);
      await ui.until((screen) => {
        if (!isThere(screen)) trouble(namespace, 'no_port', '127.0.0.1', 9001, 5);
        return isThere(screen);
      });
      ui.write('jy');
      await ui.until(has(/copied: .*sysctl -w net\.ipv4\.ip_local_port_range/));
      assert.equal(copiedIn(ui.raw()).length, 1);
      assert.match(copiedIn(ui.raw())[0] ?? '', /^sysctl -w net\.ipv4\.ip_local_port_range='1024 65535'$/);
      ui.write('\r');
      await ui.until(has(/y copy the command/));
      ui.write('y');
      await ui.until(() => copiedIn(ui.raw()).length === 2);
      ui.write('q');
      await ui.until(has(/9 Alerts 1/));
      ui.write('1y');
      await ui.until(has(/there are commands to copy in the alerts/));
      ui.write('q');
      assert.equal((await ui.exited).exitCode, 0);
    },
    ['python3'],
  ),
);
