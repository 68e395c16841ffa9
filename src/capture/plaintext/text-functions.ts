/** A function that has text, with the programs on its entry and its return. */
export interface TextFunction {
  name: string;
  enter: string;
  leave: string | null;
}

/** OpenSSL (and LibreSSL, BoringSSL where it names them), GnuTLS. */
export const TEXT_FUNCTIONS: readonly TextFunction[] = [
  { name: 'SSL_write', enter: 'ssl_write', leave: 'ssl_done' },
  { name: 'SSL_read', enter: 'ssl_read', leave: 'ssl_done' },
  { name: 'SSL_write_ex', enter: 'ssl_write_ex', leave: 'ssl_done' },
  { name: 'SSL_read_ex', enter: 'ssl_read_ex', leave: 'ssl_done' },
  { name: 'SSL_free', enter: 'session_free', leave: null },
  { name: 'gnutls_record_send', enter: 'ssl_write', leave: 'gnutls_done' },
  { name: 'gnutls_record_recv', enter: 'ssl_read', leave: 'gnutls_done' },
  { name: 'gnutls_deinit', enter: 'session_free', leave: null },
];

/** Without one of these a file has no text. */
export const TEXT_NAMES = TEXT_FUNCTIONS.map(({ name }) => name);
