import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Namespace } from './namespace.ts';
import { runWithin } from './request-rows.ts';
import { until } from './until.ts';
import type { Logged } from './web-servers.ts';

/** A server of static answers: which status, and how long the body is, follow from the path. */
export interface PathServer {
  port: number;
  folder: string;
  /** Ends it, once it has answered all; what it wrote of its requests, by path. */
  end(): Promise<Map<string, Pick<Logged, 'status' | 'responseBytes'>>>;
}

export const STATUSES = [200, 201, 404, 503];

/** Below those that clients get: hardly one of a test beside this one. */
const PORTS = [20_000, 30_000] as const;
/** Not slower than what a test measures beside it. */
const NICE = ['nice', '-n', '5'];

/** nginx in a namespace; a path such as /404/7 is answered with 404 and with itself as the body. */
export async function startPathServer(
  t: TestContext,
  namespace: Pick<Namespace, 'within'>,
  address = '127.0.0.1',
  options = '',
): Promise<PathServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-wrk-'));
  const port = randomInt(...PORTS);
  const answers = STATUSES.map((status) => `location /${status}/ { return ${status} $request_uri; }`);
  writeFileSync(
    join(folder, 'nginx.conf'),
    `user root; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/errors;
events { worker_connections 256; }
http {
  log_format told '$request_uri $status $bytes_sent';
  access_log ${folder}/log told; default_type text/plain; keepalive_requests 1000000;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen ${address}:${port} ${options}; ${answers.join(' ')} }
}`,
  );
  const [command = '', ...args] = [...namespace.within, ...NICE, 'nginx', '-c', join(folder, 'nginx.conf')];
  const child = spawn(command, args, { stdio: 'ignore' });
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  await until('nginx listens', async () => {
    const { stdout } = await runWithin(namespace, ['ss', '-Hltn', `sport = :${port}`]);
    return stdout.includes(`:${port}`);
  });
  return {
    port,
    folder,
    async end() {
      child.kill('SIGQUIT');
      if (child.exitCode === null) await once(child, 'close');
      const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
      return new Map(
        lines.map((line) => {
          const [path = '', status, responseBytes] = line.split(' ');
          return [path, { status: Number(status), responseBytes: Number(responseBytes) }];
        }),
      );
    },
  };
}

/**
 * Each request has a path of its own, of many lengths; `prefix` stands behind the status. A connection waits for a
 * millisecond before each: some 10,000 a second in all.
 */
const script = ({ prefix = '', most, pipelined = 1, closes = false }: Ask) => `
${closes ? 'wrk.headers["Connection"] = "close"' : ''}
local statuses = { ${STATUSES.join(', ')} }
local n, answered = 0, 0
local one = function()
  n = n + 1
  return wrk.format("GET", "/" .. statuses[n % #statuses + 1] .. "/${prefix}" .. string.rep("x", n % 90) .. n)
end
request = function()
  local all = {}
  for i = 1, ${pipelined} do all[i] = one() end
  return table.concat(all)
end
delay = function() return 1 end
response = function()
  answered = answered + 1
  if answered == ${most} then
    wrk.thread:stop()
    io.write("enough\\n")
    io.flush()
  end
end
`;

export interface Wrk {
  child: ChildProcess;
  /** How many were answered, as it says; it had at most CONNECTIONS more under way when it ended. */
  made: Promise<number>;
}

export const CONNECTIONS = 16;

/** wrk, until so many requests were answered, for so long at most. */
export function startWrk({ within }: Pick<Namespace, 'within'>, { port, folder }: PathServer, ask: Ask): Wrk {
  const { seconds, address = '127.0.0.1' } = ask;
  const file = join(folder, 'wrk.lua');
  writeFileSync(file, script(ask));
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', file, `http://${address}:${port}/`];
  const [command = '', ...args] = [...within, ...NICE, 'wrk', ...options];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (text.includes('enough')) child.kill('SIGINT'); // else it waits until its time is over
  });
  const made = new Promise<number>((resolve) => {
    child.once('close', () => resolve(Number(/(\d+) requests in/.exec(said)?.[1])));
  });
  return { child, made };
}

export interface Ask {
  most: number;
  seconds: number;
  prefix?: string;
  /** Each request on a connection of its own. */
  closes?: boolean;
  /** So many requests at once on a connection. */
  pipelined?: number;
  address?: string;
}
