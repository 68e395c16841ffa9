import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace, ip } from './namespace.ts';
import { live } from './nettop.ts';
import { startRun } from './run-reports.ts';
import { rules } from './unreachable.ts';

/** Datagrams that are refused, have no route, are rejected by one, and by a rule; what the calls returned, a line each. */
const SCRIPT = `
import errno, socket
def told(*call):
    try: call[0](*call[1:])
    except OSError as error: print(errno.errorcode[error.errno])
connected = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
connected.connect(('127.0.0.1', 9))
connected.settimeout(10)
for _ in range(3):
    connected.send(b'x')
    told(connected.recv, 1)
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for end in [('192.0.2.77', 99), ('198.51.100.1', 5), ('198.51.100.1', 5), ('127.0.0.1', 53)]: told(one.sendto, b'x', end)
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
told(six.sendto, b'x', ('2001:db8::1', 7))
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
told(probe.connect, ('192.0.2.77', 99))
`;

test(
  'datagrams that did not go out or did not arrive: whose, to whom, how many, and why',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      ip('-n', namespace.name, 'route', 'add', 'unreachable', '198.51.100.0/24');
      rules(namespace, 'output', ['udp dport 53 drop']);
      const ran = await startRun(t, [...namespace.within, 'sh', '-c', `python3 -c "$0"`, SCRIPT]).done;
      assert.equal(
        ran.stdout,
        `${[...Array(3).fill('ECONNREFUSED'), 'ENETUNREACH', 'EHOSTUNREACH', 'EHOSTUNREACH', 'EPERM', 'ENETUNREACH', 'ENETUNREACH'].join('\n')}\n`,
      );
      assert.deepEqual(
        ran.failedCalls.map((line) => [
          ...[line.count, line.call, line.remoteAddress, line.remotePort, line.cause, line.error],
          line.icmp?.sender ?? null,
        ]),
        [
          [3, 'receive', '127.0.0.1', 9, 'refused', 'ECONNREFUSED', '127.0.0.1'],
          [1, 'send', '192.0.2.77', 99, 'unreachable', 'ENETUNREACH', null],
          [2, 'send', '198.51.100.1', 5, 'unreachable', 'EHOSTUNREACH', null],
          [1, 'send', '127.0.0.1', 53, 'unreachable', 'EPERM', null],
          [1, 'send', '2001:db8::1', 7, 'unreachable', 'ENETUNREACH', null],
        ],
        'and not the probe, which is how a library sorts addresses',
      );
      for (const line of ran.failedCalls) assert.deepEqual([line.protocol, line.process], ['udp', 'python3']);
    },
    ['python3', 'nft'],
  ),
);
