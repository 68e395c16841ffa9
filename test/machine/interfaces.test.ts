import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { readLinks } from '../../native/links.ts';
import { byIndex, InterfaceNames, Throughputs } from '../../src/machine/interfaces.ts';
import { parsePasswd } from '../../src/machine/users.ts';

test('an interface has its name in its own network namespace, its number elsewhere', () => {
  const own = statSync('/proc/self/ns/net').ino;
  const interfaces = new InterfaceNames(() => own);
  const [name = 'lo'] = readdirSync('/sys/class/net').filter((one) => one !== 'lo' && interfaces.index(one));
  const index = Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1'));
  const nowNs = 10e9;
  assert.deepEqual(
    [
      interfaces.index(name),
      interfaces.index('no such interface'),
      interfaces.name(index, own, nowNs),
      interfaces.name(index, 0, nowNs),
      interfaces.name(1, own + 1, nowNs),
      interfaces.name(12, own + 1, nowNs),
      interfaces.name(2 ** 30, own, nowNs),
      interfaces.name(0, own, nowNs),
    ],
    [index, null, name, name, 'lo', '#12', `#${2 ** 30}`, ''],
  );
});

test('rates are of the time between two looks; the first look has none', () => {
  const interfaces = new Throughputs();
  const devices = () => byIndex(readLinks());
  interfaces.update(devices(), 10e9);
  const first = structuredClone(interfaces.network);
  interfaces.update(devices(), 12e9);
  const { rxRate, txRate, rxHistory, txHistory } = interfaces.network;
  assert.deepEqual(first, { rxRate: null, txRate: null, rxHistory: [], txHistory: [] });
  assert.deepEqual([rxHistory, txHistory], [[rxRate], [txRate]]);
});

test('/etc/passwd: the first name of a number counts, what is no entry is passed over', () => {
  const text =
    'root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\n\n+::::::\nwww-data:x:33:33::/:\nbad:x:y:\n';
  assert.deepEqual(
    [...parsePasswd(text)],
    [
      [0, 'root'],
      [33, 'www-data'],
    ],
  );
});
