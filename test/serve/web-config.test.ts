import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { Doorkeeper } from '../../src/serve/doorkeeper.ts';
import { readWebConfig } from '../../src/serve/web-config.ts';

/** Of "secret", cost 4. */
const HASH = '$2b$04$4JfBXXmAQyeUJko3MKLtceCIKXMnFGWKv0IPN4F3k8nLj92wQL1A.';

function written(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-web-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'cert.pem'), 'CERT');
  writeFileSync(join(folder, 'key.pem'), 'KEY');
  writeFileSync(join(folder, 'web.yml'), text);
  return join(folder, 'web.yml');
}

test('an example of the exporters’ documentation is read', (t) => {
  const { tls, headers, users } = readWebConfig(
    written(
      t,
      `tls_server_config:
  cert_file: cert.pem
  key_file: key.pem
  client_auth_type: VerifyClientCertIfGiven
  client_ca_file: cert.pem
  client_allowed_sans: [prometheus.example]
  min_version: TLS13
  cipher_suites:
    - TLS_AES_128_GCM_SHA256
    - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
  prefer_server_cipher_suites: true
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: true
  headers:
    X-Frame-Options: deny
basic_auth_users:
  alice: ${HASH}
  disabled_user: $2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi
`,
    ),
  );
  assert.deepEqual(
    { ...tls },
    {
      cert: 'CERT',
      key: 'KEY',
      clientCa: 'CERT',
      clientAuth: 'VerifyClientCertIfGiven',
      allowedSans: ['prometheus.example'],
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES256-GCM-SHA384',
      curves: 'X25519:P-256',
      isServerOrder: true,
    },
  );
  assert.deepEqual([...headers], [['X-Frame-Options', 'deny']]);
  assert.deepEqual([...users.keys()], ['alice', 'disabled_user']);
});

test('an empty file asks for nothing', (t) => {
  const file = written(t, '');
  const nothing = { tls: null, headers: new Map(), users: new Map(), files: [file] };
  assert.deepEqual(readWebConfig(file), nothing);
});

const WRONG: readonly (readonly [text: string, message: RegExp])[] = [
  ['tls_server_confg: {}', /there is no key "tls_server_confg"/],
  ['tls_server_config: {cert_file: cert.pem}', /tls_server_config: cert_file and key_file are needed/],
  ['tls_server_config: {cert_file: no.pem, key_file: key.pem}', /no\.pem/],
  [
    'tls_server_config: {cert_file: cert.pem, key_file: key.pem, min_version: SSL3}',
    /min_version: "SSL3" is not one of/,
  ],
  [
    'tls_server_config: {cert_file: cert.pem, key_file: key.pem, client_auth_type: RequireAndVerifyClientCert}',
    /needs client_ca_file/,
  ],
  [
    'tls_server_config: {cert_file: cert.pem, key_file: key.pem, cipher_suites: [RC4]}',
    /there is no "RC4" here/,
  ],
  ['basic_auth_users: {alice: secret}', /"alice": its password is not as bcrypt writes it/],
  ['basic_auth_users: [alice]', /basic_auth_users: is no map/],
  ['a: b: c', /web\.yml: /],
  ['[]', /is no map/],
  ['http_server_config: {headers: {X-Evil: a}}', /there is no key "X-Evil"/],
  ['http_server_config: {headers: {X-Frame-Options: "a\\nb"}}', /is no header/],
  [`x: &a [1]\ny: [${'*a,'.repeat(200)}*a]`, /web\.yml: /],
];

for (const [text, message] of WRONG)
  test(`it is told what is wrong with ${text.slice(0, 60)}`, (t) => {
    assert.throws(
      () => readWebConfig(written(t, text)),
      (error) => error instanceof UsageError && message.test(error.message) && !error.message.includes('\n'),
    );
  });

test('who has the name and the password is let in, at once the second time', async () => {
  const doorkeeper = new Doorkeeper(new Map([['alice', HASH]]));
  const asks = (text: string) => doorkeeper.admits(`Basic ${Buffer.from(text).toString('base64')}`);
  assert.equal(await asks('alice:wrong'), 'no');
  assert.equal(await asks('bob:secret'), 'no');
  assert.equal(await asks('alice:secret'), 'yes');
  assert.equal(await asks('alice:secret'), 'yes');
  assert.equal(await asks('alice'), 'no');
  assert.equal(await doorkeeper.admits(undefined), 'no');
  assert.equal(await doorkeeper.admits('Bearer x'), 'no');
});

test('of very many wrong passwords at once some are sent away', async () => {
  const doorkeeper = new Doorkeeper(new Map([['alice', HASH]]));
  const asked = Array.from({ length: 40 }, (_, each) =>
    doorkeeper.admits(`Basic ${Buffer.from(`alice:${each}`).toString('base64')}`),
  );
  const told = await Promise.all(asked);
  assert.deepEqual(
    [told.filter((one) => one === 'no').length, told.filter((one) => one === 'busy').length],
    [16, 24],
  );
});
