import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { live } from './nettop.ts';
import { startPrometheus, startServing } from './serving.ts';
import { until } from './until.ts';

/** Of "secret". */
const HASH = '$2b$04$13yy/np34HDWXdhLSiTnk.m8DP5xMz8Qd88hV1vpIampNUmu5f.C6';

/** A folder with an authority, a server's certificate for 127.0.0.1, a client's, and the web configuration. */
function prepared(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-web-'));
  t.after(() => rmSync(folder, { recursive: true }));
  certify(folder);
  writeFileSync(
    join(folder, 'web.yml'),
    webConfig(
      '  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n  client_allowed_sans: [prometheus.example]\n',
    ),
  );
  return folder;
}

const webConfig = (clients: string): string =>
  `tls_server_config:
  cert_file: server.crt
  key_file: server.key
${clients}http_server_config:
  headers:
    X-Frame-Options: deny
basic_auth_users:
  prom: ${HASH}
`;

/** All keys and certificates anew. */
function certify(folder: string): void {
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };
  const key = (name: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    `${name}.key`,
  ];
  const days = ['-days', '2'];
  openssl('req', '-x509', ...key('ca'), ...days, '-out', 'ca.crt', '-subj', '/CN=authority');
  for (const [name, san] of [
    ['server', 'IP:127.0.0.1'],
    ['client', 'DNS:prometheus.example'],
    ['stranger', 'DNS:stranger.example'],
  ] as const) {
    openssl('req', ...key(name), '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(join(folder, 'san'), `subjectAltName=${san}`);
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      ...days,
      '-extfile',
      'san',
      '-out',
      `${name}.crt`,
    );
  }
}

test(
  'with a web configuration who has neither certificate nor password is told nothing, and Prometheus has both',
  live(
    async (t) => {
      const folder = prepared(t);
      const serving = startServing(t, ['--web.config.file', join(folder, 'web.yml')]);
      const url = await serving.url();
      assert.match(url, /^https:/);
      const curl = (...args: string[]) => {
        const all = ['-s', '-i', '--cacert', 'ca.crt', ...args, url];
        return spawnSync('curl', all, { cwd: folder, encoding: 'utf8' });
      };
      const as = (name: string) => ['--cert', `${name}.crt`, '--key', `${name}.key`];
      assert.notEqual(curl('-u', 'prom:secret').status, 0, 'no certificate');
      assert.notEqual(
        curl(...as('stranger'), '-u', 'prom:secret').status,
        0,
        'a certificate with another name',
      );
      assert.match(curl(...as('client')).stdout, /^HTTP\/1\.1 401 /);
      assert.match(curl(...as('client'), '-u', 'prom:wrong').stdout, /^HTTP\/1\.1 401 /);
      const { stdout } = curl(...as('client'), '-u', 'prom:secret');
      assert.match(stdout, /^HTTP\/1\.1 200 /);
      assert.match(stdout, /^X-Frame-Options: deny\r$/m);
      assert.match(stdout, /^nettop_up 1$/m);
      const file = (name: string) => `'${join(folder, name)}'`;
      const scrape = `basic_auth: {username: prom, password: secret}, tls_config: {ca_file: ${file('ca.crt')}, cert_file: ${file('client.crt')}, key_file: ${file('client.key')}}`;
      const prometheus = await startPrometheus(t, url, scrape);
      await until('a scrape', async () => (await prometheus.value('up')) === 1);
      assert.equal(await prometheus.value('nettop_up'), 1);
    },
    ['prometheus', 'openssl', 'curl'],
  ),
);

test(
  'certificates, passwords and who is asked for a certificate are as the files are now',
  live(
    async (t) => {
      const folder = prepared(t);
      const file = join(folder, 'web.yml');
      const serving = startServing(t, ['--web.config.file', file]);
      const url = await serving.url();
      const curl = (...args: string[]) =>
        spawnSync('curl', ['-s', '-i', '--cacert', 'ca.crt', ...args, url], {
          cwd: folder,
          encoding: 'utf8',
        });
      const client = ['--cert', 'client.crt', '--key', 'client.key', '-u', 'prom:secret'];
      const isLetIn = (...args: string[]) => curl(...args).stdout.startsWith('HTTP/1.1 200 ');
      assert.ok(isLetIn(...client));
      certify(folder); // of another authority, which curl alone trusts from now on
      assert.ok(isLetIn(...client));
      assert.ok(!isLetIn('-u', 'prom:secret'));
      writeFileSync(file, webConfig(''));
      assert.ok(isLetIn('-u', 'prom:secret'));
      writeFileSync(file, webConfig('').replace('  prom: ', '  grafana: '));
      assert.match(curl('-u', 'prom:secret').stdout, /^HTTP\/1\.1 401 /);
      assert.ok(isLetIn('-u', 'grafana:secret'));
      writeFileSync(file, 'basic_auth_users: {}');
      assert.ok(isLetIn('-u', 'grafana:secret'));
      const said = /TLS begins or ends when nettop is started anew; what was before stays/;
      await serving.until('it says why', () => said.test(serving.errors));
      await serving.end();
    },
    ['openssl', 'curl'],
  ),
);

test(
  'a web configuration that is wrong, or an address that is taken, is told in one line before anything is loaded',
  live(async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nettop-web-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'web.yml'), 'basic_auth_users: {prom: secret}');
    const wrong = startServing(t, ['--web-config', join(folder, 'web.yml')]);
    assert.equal(await wrong.exited, 2);
    assert.match(wrong.errors, /^nettop: --web-config: .*bcrypt.*\n$/);
    const first = startServing(t);
    const { host } = new URL(await first.url());
    const second = startServing(t, [], [], host);
    assert.equal(await second.exited, 1);
    assert.match(
      second.errors,
      /^nettop: cannot listen at 127\.0\.0\.1:\d+: .*EADDRINUSE.*\n +choose another/,
    );
  }),
);
