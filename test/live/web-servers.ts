import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespace.ts';
import { runWithin } from './request-rows.ts';
import { until } from './until.ts';

/** What the servers have to give, by name. */
export const FILES: Readonly<Record<string, string>> = {
  small: 'small\n',
  empty: '',
  large: 'large'.repeat(60_000),
};

/** Where a server's files are: those to give in `pages`, its own beside. */
interface Place {
  folder: string;
  port: number;
}

/** A server of a kind: how it is started, and what of it is a test's to know. */
export interface WebServer {
  name: string;
  /** That have to be installed. */
  tools: readonly string[];
  command(place: Place): string[];
  /** By their names in the folder. */
  settings?(place: Place): Record<string, string>;
  /** It writes to the file `log`: method, path, status, bytes of the request and of the answer, pid; `-` for what it does not know. */
  logs?: true;
  /** It answers in chunks at times, of which curl counts the contents alone. */
  chunks?: true;
  /** Another one that it asks, at the next port. */
  behind?: WebServer;
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const nginx = (name: string, listen: string, http = '', more: Partial<WebServer> = {}): WebServer => ({
  name: `nginx ${name}`,
  tools: ['nginx'],
  command: ({ folder }) => ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
  settings: ({ folder, port }) => ({
    'nginx.conf': `user root; daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/errors;
events { worker_connections 256; }
http {
  log_format told '$request_method $request_uri $status $request_length $bytes_sent $pid';
  access_log ${folder}/log told; root ${folder}/pages; default_type text/plain; keepalive_requests 100000;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s; large_client_header_buffers 4 80k; ${http}
  server { listen 127.0.0.1:${port} ${listen}; listen [::1]:${port} ${listen}; }
}`,
  }),
  logs: true,
  ...more,
});

const APACHE_MODULES = ['mpm_event', 'authz_core', 'logio', 'log_config'];

/** Each gives the files in its own way. */
export const WEB_SERVERS: readonly WebServer[] = [
  nginx('with sendfile', '', 'sendfile on; tcp_nopush on;'),
  nginx('with threads, deferred', 'deferred', 'aio threads; directio 1k;'),
  nginx('compressing', '', 'gzip on; gzip_types text/plain; gzip_min_length 0;', { chunks: true }),
  {
    name: 'Apache',
    tools: ['apache2'],
    command: ({ folder }) => ['apache2', '-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')],
    settings: ({ folder, port }) => ({
      'apache.conf': `${APACHE_MODULES.filter((name) => existsSync(`/usr/lib/apache2/modules/mod_${name}.so`))
        .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
        .join('\n')}
ServerName test
Listen 127.0.0.1:${port}
Listen [::1]:${port}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
DocumentRoot ${folder}/pages
LimitRequestFieldSize 80000
LogFormat "%m %U %>s - %O %P" told
CustomLog ${folder}/log told
`,
    }),
    logs: true,
  },
  {
    name: 'lighttpd',
    tools: ['lighttpd'],
    command: ({ folder }) => ['lighttpd', '-D', '-f', join(folder, 'lighttpd.conf')],
    settings: ({ folder, port }) => ({
      'lighttpd.conf': `server.document-root = "${folder}/pages"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${folder}/errors"
server.max-request-field-size = 80000
$SERVER["socket"] == "[::1]:${port}" { }
`,
    }),
  },
  {
    name: 'haproxy before nginx',
    tools: ['haproxy', 'nginx'],
    command: ({ folder }) => ['haproxy', '-f', join(folder, 'haproxy.conf')],
    settings: ({ port }) => ({
      'haproxy.conf': `global
  tune.bufsize 100000
defaults
  mode http
  timeout connect 10s
  timeout client 10s
  timeout server 10s
frontend front
  bind 127.0.0.1:${port}
  bind [::1]:${port}
  default_backend back
backend back
  server one 127.0.0.1:${port + 1}
`,
    }),
    behind: nginx('behind', ''),
  },
  {
    name: 'caddy',
    tools: ['caddy'],
    command: ({ folder, port }) => [
      ...['caddy', 'file-server', '--root', join(folder, 'pages')],
      ...['--listen', `:${port}`],
    ],
  },
  {
    name: 'Node.js',
    tools: [],
    command: ({ folder, port }) => [process.execPath, script('web-server.mjs'), folder, `${port}`],
    logs: true,
    chunks: true,
  },
  {
    name: "Python's http.server",
    tools: ['python3'],
    command: ({ folder, port }) => [
      ...['python3', '-m', 'http.server', '--bind', '::', '--protocol', 'HTTP/1.1'],
      ...['-d', join(folder, 'pages'), `${port}`],
    ],
  },
  {
    name: "Python's asyncio",
    tools: ['python3'],
    command: ({ folder, port }) => ['python3', script('web-server.py'), join(folder, 'pages'), `${port}`],
  },
];

/** What a server wrote of a request; null: it does not say. */
export interface Logged {
  method: string;
  path: string;
  status: number;
  requestBytes: number | null;
  responseBytes: number;
  pid: number;
}

export class Running {
  constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /** Its processes, the first one first. */
  pids(): number[] {
    const found = [this.child.pid ?? 0];
    for (const pid of found) {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
      found.push(...children.split(' ').filter(Boolean).map(Number));
    }
    return found;
  }

  log(): Logged[] {
    const lines = readFileSync(join(this.folder, 'log'), 'utf8').trim().split('\n');
    return lines.map((line) => {
      const [method = '', path = '', ...rest] = line.split(' ');
      const [status = 0, requestBytes = 0, responseBytes = 0, pid = 0] = rest.map(Number);
      return { method, path, status, requestBytes: requestBytes || null, responseBytes, pid };
    });
  }
}

/** The first one first: it would start others anew. */
function end(pids: number[]): void {
  for (const pid of pids)
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended with the first one
    }
}

/** Starts a server, and what it asks, in a namespace; resolves when it listens. */
export async function startWebServer(
  t: TestContext,
  namespace: Namespace,
  server: WebServer,
  port: number,
): Promise<Running> {
  if (server.behind) await startWebServer(t, namespace, server.behind, port + 1);
  const folder = mkdtempSync(join(tmpdir(), 'nettop-web-'));
  mkdirSync(join(folder, 'pages'), { mode: 0o755 });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, 'pages', name), text);
  for (const [name, text] of Object.entries(server.settings?.({ folder, port }) ?? {}))
    writeFileSync(join(folder, name), text);
  const [command = '', ...args] = [...namespace.within, ...server.command({ folder, port })];
  const env = { ...process.env, HOME: folder, PYTHONUNBUFFERED: '1' };
  const child = spawn(command, args, { stdio: 'ignore', env });
  const running = new Running(port, folder, child);
  t.after(() => {
    if (child.exitCode === null) end(running.pids());
    rmSync(folder, { recursive: true });
  });
  await until(`${server.name} listens`, async () => {
    if (child.exitCode !== null) throw new Error(`${server.name} ended`);
    const { stdout } = await runWithin(namespace, ['ss', '-Hltn', `sport = :${port}`]);
    return stdout.includes(`:${port}`);
  });
  return running;
}
