import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { parse } from 'yaml';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { Keys } from './yaml-keys.ts';

const CLIENT_AUTHS = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

export interface TlsConfig {
  /** PEM. */
  cert: string;
  key: string;
  clientCa: string | null;
  clientAuth: (typeof CLIENT_AUTHS)[number];
  /** Of a client's certificate: one of these names has to be in it; none: any. */
  allowedSans: readonly string[];
  minVersion: SecureVersion;
  maxVersion: SecureVersion;
  /** null: those of Node.js. */
  ciphers: string | null;
  curves: string | null;
  isServerOrder: boolean;
}

/** Who may ask, and how. */
export interface WebConfig {
  /** null: clear text. */
  tls: TlsConfig | null;
  headers: ReadonlyMap<string, string>;
  /** bcrypt's hashes by name; none: no password is asked for. */
  users: ReadonlyMap<string, string>;
  /** Those that were read: the configuration, and what it names. */
  files: readonly string[];
}

const MOST_BYTES = 1 << 20;
const HASH = /^\$2[aby]?\$\d\d\$[./\w]{53}$/;
const HEADERS = [
  'Content-Security-Policy',
  'X-Frame-Options',
  'X-Content-Type-Options',
  'X-XSS-Protection',
  'Strict-Transport-Security',
];
const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};
/** Of TLS 1.2, by the names that the exporters have for them; those of 1.3 are what OpenSSL calls them too. */
const CIPHERS: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
};
const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** Reads the file of the exporters' web configuration. Throws a UsageError that says what is wrong with it. */
export function readWebConfig(path: string): WebConfig {
  const fail = (problem: string): never => {
    throw new UsageError(`--web-config: ${path}: ${problem}`);
  };
  const files: string[] = [];
  const read = (file: string): string => {
    files.push(file);
    try {
      if (statSync(file).size > MOST_BYTES) fail(`${file} is longer than ${MOST_BYTES} bytes`);
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (error instanceof UsageError) throw error;
      return fail((error as Error).message);
    }
  };
  let told: unknown;
  try {
    told = parse(read(path), { maxAliasCount: 10 });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return fail((error as Error).message.split('\n', 1)[0] ?? 'no YAML');
  }
  const root = new Keys(told ?? {}, '', fail);
  const tls = root.map('tls_server_config');
  const config = {
    tls: tls && tlsOf(tls, (file) => read(resolve(dirname(path), file))),
    headers: headersOf(root.map('http_server_config')),
    users: usersOf(root.map('basic_auth_users')),
    files,
  };
  root.end();
  return config;
}

function tlsOf(keys: Keys, read: (file: string) => string): TlsConfig {
  const either = (name: string): string | null => {
    const file = keys.text(`${name}_file`);
    const inline = keys.text(name);
    if (file !== null && inline !== null) keys.fail(`${name} and ${name}_file: give one of them`);
    return file === null ? inline : read(file);
  };
  const [cert, key, clientCa] = [either('cert'), either('key'), either('client_ca')];
  const clientAuth = keys.choice('client_auth_type', CLIENT_AUTHS) ?? 'NoClientCert';
  if (cert === null || key === null) return keys.fail('cert_file and key_file are needed');
  if (/Verify/.test(clientAuth) && clientCa === null) keys.fail(`${clientAuth} needs client_ca_file`);
  if (!/Verify/.test(clientAuth) && clientCa !== null)
    keys.fail('client_ca_file needs a client_auth_type that verifies');
  const named = (name: string, table: Readonly<Record<string, string>>): string | null => {
    const words = keys.texts(name);
    const known = words.map((word) => table[word] ?? keys.fail(`${name}: there is no ${quote(word)} here`));
    return known.length > 0 ? known.join(':') : null;
  };
  const version = (name: string) => keys.choice(name, Object.keys(VERSIONS));
  const config: TlsConfig = {
    cert,
    key,
    clientCa,
    clientAuth,
    allowedSans: keys.texts('client_allowed_sans'),
    minVersion: VERSIONS[version('min_version') ?? 'TLS12'] as SecureVersion,
    maxVersion: VERSIONS[version('max_version') ?? 'TLS13'] as SecureVersion,
    ciphers: named('cipher_suites', CIPHERS),
    curves: named('curve_preferences', CURVES),
    isServerOrder: keys.truth('prefer_server_cipher_suites') ?? true,
  };
  keys.end();
  return config;
}

function headersOf(keys: Keys | null): Map<string, string> {
  keys?.truth('http2'); // it is HTTP/1.1 in any case
  const found = new Map<string, string>();
  const headers = keys?.map('headers');
  for (const name of HEADERS) {
    const value = headers?.text(name) ?? null;
    if (value !== null && /[^\t\x20-\x7e]/.test(value))
      headers?.fail(`${name}: ${quote(value)} is no header`);
    if (value !== null) found.set(name, value);
  }
  headers?.end();
  keys?.end();
  return found;
}

function usersOf(keys: Keys | null): Map<string, string> {
  const users = new Map<string, string>();
  for (const name of keys?.names() ?? []) {
    const hash = keys?.text(name) ?? '';
    if (!HASH.test(hash))
      keys?.fail(`${quote(name)}: its password is not as bcrypt writes it, such as htpasswd -nB does`);
    users.set(name, hash);
  }
  return users;
}
