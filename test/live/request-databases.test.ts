import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { live, type Nettop, startNettop } from './nettop.ts';
import type { RequestLine } from './rows.ts';
import { until } from './until.ts';

interface Server {
  port: number;
  folder: string;
}

/** A server of Debian's, which ends with the test. */
async function serve(
  t: TestContext,
  user: string | null,
  commands: (at: Server) => string[][],
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-'));
  const owner = user === null ? null : ids(user);
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const at = { port: await freePort(), folder };
  const all = commands(at);
  for (const [command = '', ...args] of all.slice(0, -1)) {
    const { status, stderr } = spawnSync(command, args, { ...owner, cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
  const [command = '', ...args] = all.at(-1) ?? [];
  const server = spawn(command, args, { ...owner, cwd: folder, stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  t.after(async () => {
    server.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await until('the server', () => accepts(at.port), 30_000);
  return at;
}

/** One that nobody listens at now. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function ids(user: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });

function run(command: string, args: string[], input = ''): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', input });
  return stdout + stderr;
}

async function follow(t: TestContext, port: number, ask: () => void): Promise<Nettop> {
  const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`]);
  const isSeen = async () => {
    ask();
    await sleep(200);
    return nettop.requests.length > 0;
  };
  await nettop.until('the first request', isSeen, 60_000); // the server has just begun to work too
  return nettop;
}

const told = ({ method, statement, outcome, incomplete }: RequestLine) =>
  [method, statement, outcome, ...(incomplete === null ? [] : [incomplete])]
    .filter((part) => part !== null)
    .join(' | ');

/** What was asked since the mark at one end, in order. */
async function since(nettop: Nettop, mark: (line: RequestLine) => boolean, count: number): Promise<string[]> {
  const at = (side: string) => {
    const lines = nettop.requests.filter((line) => line.side === side);
    return lines.slice(lines.findIndex(mark) + 1).map(told);
  };
  const [client, server] = await nettop.until(
    'all requests at both ends',
    () => at('client').length >= count && at('server').length >= count && [at('client'), at('server')],
    20_000,
  );
  assert.deepEqual(client, server);
  return client ?? [];
}

test(
  'commands of Redis with their outcomes, alone and without waiting, at both ends, and nothing of what they say',
  live(
    async (t) => {
      const { port } = await serve(t, null, (at) => [['redis-server', '--port', `${at.port}`, '--save', '']]);
      const ask = (input: string) => run('redis-cli', ['-p', `${port}`], input);
      const nettop = await follow(t, port, () => run('redis-cli', ['-p', `${port}`, 'ping']));
      run('redis-cli', ['-p', `${port}`, 'dbsize']); // the mark
      const large = 'v'.repeat(100_000);
      const said = ask(
        `set key secret\nlpush key x\nauth secret\nnosuch\nset large ${large}\nget large\nget key\n`,
      );
      assert.match(said, /WRONGTYPE.*\n.*ERR AUTH/s);
      const expected = [
        'COMMAND DOCS | ok', // of redis-cli itself
        'SET | ok',
        'LPUSH | WRONGTYPE',
        'AUTH | ERR',
        'NOSUCH | ERR',
        'SET | ok',
        'GET | ok',
        'GET | ok',
      ];
      const isMark = ({ method }: RequestLine) => method === 'DBSIZE';
      assert.deepEqual(await since(nettop, isMark, expected.length), expected);
      const sizes = nettop.requests.filter(({ method, side }) => method === 'GET' && side === 'client');
      assert.deepEqual(
        sizes.map(({ responseBytes }) => responseBytes),
        [100_000 + '$100000\r\n\r\n'.length, '$6\r\nsecret\r\n'.length],
      );
      run('redis-benchmark', ['-p', `${port}`, '-n', '2000', '-c', '5', '-P', '8', '-q', '-t', 'incr']);
      const counted = () => nettop.requests.filter(({ method }) => method === 'INCR');
      await nettop.until('all of the benchmark', () => counted().length >= 4000, 20_000);
      assert.deepEqual([...new Set(counted().map(told))], ['INCR | ok']);
      assert.equal(counted().length, 4000);
      await nettop.end();
      assert.equal(JSON.stringify(nettop.requests).includes('secret'), false);
    },
    ['redis-server', 'redis-cli', 'redis-benchmark'],
  ),
);

test(
  'statements of PostgreSQL, simple and prepared, with their SQLSTATE, also where it fails after many rows',
  live(
    async (t) => {
      const { port } = await serve(t, 'postgres', ({ port, folder }) => [
        ['initdb', '-D', 'data', '-A', 'trust', '-N'],
        ['postgres', '-D', 'data', '-p', `${port}`, '-k', folder, '-c', 'fsync=off'],
      ]);
      const at = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', 'postgres'];
      const psql = (...statements: string[]) =>
        run('psql', ['-q', ...statements.flatMap((sql) => ['-c', sql]), ...at]);
      const nettop = await follow(t, port, () => psql('select 1'));
      psql("select 'mark'::text");
      const rows = "repeat('x', 50) from generate_series(1, 1000) g";
      psql(
        'create table t (a int, b text)',
        "insert into t values (1, 'secret')",
        'select * from nosuch',
        `select ${rows}`,
      );
      psql(`select 1 / (900 - g), ${rows}`);
      const expected = [
        'STARTUP | ok',
        'CREATE | create table t (a int, b text) | ok',
        'INSERT | insert into t values (?) | ok',
        'SELECT | select * from nosuch | 42P01',
        'SELECT | select repeat(?) from generate_series(?) g | ok',
        'STARTUP | ok',
        'SELECT | select ? / (? - g), repeat(?) from generate_series(?) g | 22012',
      ];
      const isMark = ({ statement }: RequestLine) => statement === 'select ?::text';
      assert.deepEqual(await since(nettop, isMark, expected.length), expected);
      psql('create table accounts as select 1 as a');
      const script = join(tmpdir(), `nettop-${process.pid}.sql`);
      t.after(() => rmSync(script, { force: true }));
      run('sh', ['-c', `echo 'select a from accounts where a = 1 + random();' > ${script}`]);
      run('pgbench', ['-n', '-M', 'prepared', '-t', '50', '-f', script, ...at]);
      const executed = () => nettop.requests.filter(({ statement }) => statement?.includes('accounts where'));
      await nettop.until('all of the benchmark', () => executed().length >= 102);
      assert.deepEqual(
        [...new Set(executed().map(told))].sort(),
        ['EXECUTE', 'PREPARE'].map((name) => `${name} | select a from accounts where a = ? + random(); | ok`),
      );
      await nettop.end();
      assert.equal(JSON.stringify(nettop.requests).includes('secret'), false);
    },
    ['initdb', 'postgres', 'psql', 'pgbench'],
  ),
);

test(
  'statements of MariaDB with the numbers of their errors, and a login that fails',
  live(
    async (t) => {
      const { port } = await serve(t, 'mysql', ({ port, folder }) => [
        [
          'mariadb-install-db',
          '--no-defaults',
          `--datadir=${folder}/data`,
          '--auth-root-authentication-method=normal',
        ],
        [
          ...['mariadbd', '--no-defaults', `--datadir=${folder}/data`, `--socket=${folder}/socket`],
          ...[`--port=${port}`, '--bind-address=127.0.0.1'],
        ],
      ]);
      const at = ['-h', '127.0.0.1', '-P', `${port}`, '--skip-ssl'];
      const ask = (sql: string) => run('mariadb', [...at, '-uroot', '-f', '-e', sql]);
      const nettop = await follow(t, port, () => ask('select 1'));
      ask("select 'mark' as mark");
      run('mariadb', [...at, '-ubob', '-psecret', '-e', 'select 1']);
      ask(
        "create table test.t (a int, b text); insert into test.t values (1, 'secret'), (2, 'secret'); select * from nosuch.t",
      );
      ask("select seq.help_topic_id, repeat('x', 50) from mysql.help_topic seq limit 400");
      const expected = [
        'LOGIN | 1045',
        'LOGIN | ok',
        'CREATE | create table test.t (a int, b text) | ok',
        'INSERT | insert into test.t values (?) | ok',
        'SELECT | select * from nosuch.t | 1049',
        'LOGIN | ok',
        'SELECT | select seq.help_topic_id, repeat(?) from mysql.help_topic seq limit ? | ok',
      ];
      const isMark = ({ statement }: RequestLine) => statement === 'select ? as mark';
      const lines = await since(nettop, isMark, expected.length);
      assert.deepEqual(
        lines.map((line) => line.replace(/nosuch.t \| 1\d+/, 'nosuch.t | 1049')),
        expected,
      );
      await nettop.end();
      assert.equal(JSON.stringify(nettop.requests).includes('secret'), false);
    },
    ['mariadbd', 'mariadb-install-db', 'mariadb'],
  ),
);
