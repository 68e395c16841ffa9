import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { evaluate } from '../../src/filter/evaluate.ts';
import { explainFilter } from '../../src/filter/explain.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { explainText, explanationRecord } from '../../src/output/explain.ts';
import { json } from '../../src/output/formats/json.ts';
import {
  interfaceIndex,
  keyOf,
  NAMES,
  newSeed,
  randomExpression,
  randomPacket,
  run,
  seeded,
} from '../fixtures/filter-random.ts';
import { root } from '../fixtures/tool.ts';

const explanationOf = (text: string) => explainFilter(parseFilter(text, NAMES), interfaceIndex);
const explain = (text: string): string[] => explainText(text, explanationOf(text));

test('a filter that the kernel decides alone', () => {
  assert.deepEqual(explain('tcp and not src net 2001:db8:8000::/33 and (port > 1024 or flags(syn|rst))'), [
    'filter      tcp and not src net 2001:db8:8000::/33 and (port > 1024 or flags(syn|rst))',
    'kernel      accepts tcp and not src host 2001:db8:8000::/33 and (port >= 1025 or flags(syn|rst))',
    'user space  has nothing to do',
    '',
    'STEP  WORD             MASK        RANGE       YES     NO      TERM',
    '   0  protocol                     6           1       reject  tcp',
    '   1  source[1]        0x80000000  0x80000000  2       3       src host 2001:db8:8000::/33',
    '   2  source[0]                    0x20010db8  reject  3       src host 2001:db8:8000::/33',
    '   3  sourcePort                   1025-65535  accept  4       port >= 1025',
    '   4  destinationPort              1025-65535  accept  5       port >= 1025',
    '   5  tcpFlags         0x6         0x1-        accept  reject  flags(syn|rst)',
  ]);
});

test('a filter that user space finishes', () => {
  assert.deepEqual(
    explain('udp or (reason TCP_* or drop) and pid 7 and nginx and iface gone0 and iface lo'),
    [
      'filter      udp or (reason TCP_* or drop) and pid 7 and nginx and iface gone0 and iface lo',
      'kernel      accepts udp or ((reason TCP_* or drop) and pid 7 and iface lo), which is more than the filter',
      '            looks up the owner of each packet’s socket first',
      'user space  looks through the rest, for the sake of',
      '            process nginx: the kernel’s filter knows no process names',
      '            iface gone0: there is no interface of that name here',
      '            iface lo: other network namespaces have interfaces of that number too',
      '',
      'STEP  WORD        MASK  RANGE  YES     NO      TERM',
      '   0  protocol          17     accept  1       udp',
      '   1  dropReason        5-6    4       2       reason TCP_*',
      '   2  dropReason        65537  4       3       reason TCP_*',
      '   3  dropped           1      4       reject  drop',
      '   4  pid               7      5       reject  pid 7',
      '   5  interface         1      accept  reject  iface lo',
    ],
  );
});

test('a filter that is too long for the table', () => {
  const hosts = Array.from({ length: 8 }, (_, index) => `10.0.0.${index}`);
  const { steps, ...rest } = explanationOf(`tcp and not (host ${hosts.join(' or ')})`);
  assert.equal(steps.length, 61);
  const kept = hosts.map((host) => `not host ${host}${host === '10.0.0.1' ? ' (in part)' : ''}`);
  assert.deepEqual(rest, {
    exact: false,
    kernel: ['tcp', ...kept].join(' and '),
    needsOwner: false,
    requests: null,
    userSpace: [{ term: 'host 10.0.0.1', why: '4 of its 8 tests have no room among 64' }],
  });
  const parts = explanationOf(`udp or host ${hosts.join(' or ')}`);
  assert.match(parts.kernel as string, /^udp or host 10.0.0.0 \(in part\) or .* or host 10.0.0.7$/);
  assert.deepEqual(parts.userSpace[0], {
    term: 'host 10.0.0.0',
    why: '1 of its 8 tests have no room among 64',
  });
});

test('what the kernel accepts is told as the filter that the steps are', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 3000; round += 1) {
    const { kernel, steps } = explainFilter(randomExpression(random, 1 + random(8)), interfaceIndex);
    const told = typeof kernel === 'string' ? parseFilter(kernel, NAMES) : null;
    for (let turn = 0; turn < 5; turn += 1) {
      const packet = randomPacket(random);
      const wanted = told === null ? kernel : evaluate(told, packet);
      assert.equal(run(steps, keyOf(packet)), wanted, `${kernel} on ${JSON.stringify(packet)}`);
    }
  }
});

test('filters without a table', () => {
  assert.deepEqual(explain(''), [
    'filter      none',
    'kernel      accepts everything',
    'user space  has nothing to do',
  ]);
  assert.deepEqual(explain('nginx'), [
    'filter      nginx',
    'kernel      accepts everything, which is more than the filter',
    'user space  looks through the rest, for the sake of',
    '            process nginx: the kernel’s filter knows no process names',
  ]);
  assert.equal(explain('not ::/0')[1], 'kernel      accepts nothing');
});

test('the same as JSON', () => {
  assert.deepEqual(
    JSON.parse(
      json.line(explanationRecord, { filter: 'icmpid 7', explanation: explanationOf('icmpid 7') }, 0),
    ),
    {
      type: 'explanation',
      filter: 'icmpid 7',
      exact: true,
      kernel: 'icmpid 7',
      needsOwner: false,
      toldRequests: null,
      userSpace: [],
      steps: [
        {
          word: 'icmpId',
          mask: 0xffffffff,
          low: 7,
          high: 7,
          yes: 'accept',
          no: 'reject',
          term: 'icmpid 7',
        },
      ],
    },
  );
});

function nettop(...args: string[]) {
  const command = ['--import', 'tsx', 'src/cli.tsx', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  return { status, stdout: stdout.split('\n'), stderr: stderr.split('\n') };
}

test('nettop explain prints it; a filter that is wrong is shown with its place', () => {
  assert.deepEqual(nettop('explain', '-P', 'tcp', 'not', 'nginx'), {
    status: 0,
    stdout: [
      'filter      tcp and (not nginx)',
      'kernel      accepts tcp, which is more than the filter',
      'user space  looks through the rest, for the sake of',
      '            process nginx: the kernel’s filter knows no process names',
      '',
      'STEP  WORD      MASK  RANGE  YES     NO      TERM',
      '   0  protocol        6      accept  reject  tcp',
      '',
    ],
    stderr: [''],
  });
  assert.deepEqual(nettop('explain', '--json', 'tcp and port abc'), {
    status: 2,
    stdout: [''],
    stderr: [
      'nettop: filter: port "abc" is not a number from 0 to 65535 (at column 14)',
      '        tcp and port abc',
      '                     ^',
      '',
    ],
  });
});
