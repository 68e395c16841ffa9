import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { ofSide, runWithin } from './request-rows.ts';
import { STATUSES, startPathServer } from './wrk.ts';

/** One packet in ten, of those that come in. */
const LOSS = 'ip protocol tcp numgen random mod 10 == 0 counter drop';
const SERVER = '192.0.2.1';
const CLIENTS = 8;
const EACH = 40;
const READY = '/200/ready';

async function lose(namespace: Namespace): Promise<void> {
  const rules = [
    'table inet t { chain c { type filter hook input priority 0; }; }',
    `add rule inet t c ${LOSS}`,
  ];
  for (const rule of rules) {
    const { code, stderr } = await runWithin(namespace, ['nft', rule]);
    assert.equal(code, 0, stderr);
  }
}

/** What curl says of each request that it made on one connection: path, status, bytes of the answer. */
async function ask(namespace: Namespace, port: number, paths: readonly string[]): Promise<string[]> {
  const asks = paths.map((path) =>
    [
      `url = "http://${SERVER}:${port}${path}"`,
      ...[
        'silent',
        'output = "/dev/null"',
        `write-out = "${path} %{http_code} %{size_header}+%{size_download}\\n"`,
      ],
    ].join('\n'),
  );
  const { stdout } = await runWithin(namespace, ['curl', '-K', '-'], asks.join('\nnext\n'));
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/(\d+)\+(\d+)$/, (_, head, body) => `${Number(head) + Number(body)}`));
}

test(
  'one packet in ten lost, each way: each request is a row at each end, and none is wrong',
  live(
    async (t) => {
      const [far, near] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(far, near);
      const server = await startPathServer(t, far, SERVER);
      const { port } = server;
      const lines = (side: 'client' | 'server', isReady = false) =>
        ofSide(nettop.requests, side).filter(({ path }) => (path === READY) === isReady);
      const nettop = startNettop(t, [
        'requests',
        '--json',
        '--rate-limit',
        '0',
        `netns ${far.name} or netns ${near.name}`,
      ]);
      await nettop.until('the first request at both ends', async () => {
        await ask(near, port, [READY]);
        return lines('client', true).length > 0 && lines('server', true).length > 0;
      });
      await lose(far);
      await lose(near);
      const paths = Array.from({ length: CLIENTS }, (_, client) =>
        Array.from(
          { length: EACH },
          (_, index) => `/${STATUSES[index % STATUSES.length]}/${client}/${index}`,
        ),
      );
      const said = (await Promise.all(paths.map((own) => ask(near, port, own)))).flat();
      const { stdout } = await runWithin(far, ['nft', 'list', 'ruleset']);
      const dropped = Number(/counter packets (\d+)/.exec(stdout)?.[1]);
      assert.ok(dropped > 10, `${dropped} packets were dropped`);
      assert.equal(said.length, CLIENTS * EACH);
      await nettop.until('all rows', () => nettop.requests.length > 2 * said.length, 15_000).catch(() => {});
      await nettop.end();
      const expected = new Set(said);
      for (const side of ['client', 'server'] as const) {
        const known = lines(side).filter(({ incomplete }) => incomplete === null);
        for (const { path, status, responseBytes } of known)
          assert.ok(
            expected.has(`${path} ${status} ${responseBytes}`),
            `${side}: ${path} ${status} ${responseBytes}`,
          );
        assert.equal(lines(side).length, said.length);
        assert.ok(known.length >= 0.95 * said.length, `${known.length} of ${said.length} are whole`);
      }
    },
    ['nginx', 'nft', 'curl', 'ss'],
  ),
);
