/** A function that has text, with the programs on its entry and its return. */
export interface TextFunction {
  name: string;
  enter: string;
  leave: string | null;
}

/** Offsets in the file. */
export interface FunctionPlace {
  offset: number;
  /** Its instructions that return; none: the kernel is to see to it, by the address that the function returns to. */
  returns: readonly number[];
}

/** OpenSSL (and LibreSSL, BoringSSL where it names them), GnuTLS. */
const LIBRARY_FUNCTIONS: readonly TextFunction[] = [
  { name: 'SSL_write', enter: 'ssl_write', leave: 'ssl_done' },
  { name: 'SSL_read', enter: 'ssl_read', leave: 'ssl_done' },
  { name: 'SSL_write_ex', enter: 'ssl_write_ex', leave: 'ssl_done' },
  { name: 'SSL_read_ex', enter: 'ssl_read_ex', leave: 'ssl_done' },
  { name: 'SSL_free', enter: 'session_free', leave: null },
  { name: 'gnutls_record_send', enter: 'ssl_write', leave: 'gnutls_done' },
  { name: 'gnutls_record_recv', enter: 'ssl_read', leave: 'gnutls_done' },
  { name: 'gnutls_deinit', enter: 'session_free', leave: null },
];

/**
 * Where arguments are is known of x86-64. Handshakes come last: of a session that began so, every call is to be seen. A
 * program may be without those that it does not use, but for the first two.
 */
const GO_FUNCTIONS: readonly TextFunction[] =
  process.arch === 'x64'
    ? [
        { name: 'crypto/tls.(*Conn).Write', enter: 'go_write', leave: 'go_done' },
        { name: 'crypto/tls.(*Conn).Read', enter: 'go_read', leave: 'go_done' },
        { name: 'crypto/tls.(*Conn).Close', enter: 'go_close', leave: null },
        { name: 'crypto/tls.(*Conn).clientHandshake', enter: 'go_handshake', leave: null },
        { name: 'crypto/tls.(*Conn).serverHandshake', enter: 'go_handshake', leave: null },
      ]
    : [];

export const TEXT_FUNCTIONS = [...LIBRARY_FUNCTIONS, ...GO_FUNCTIONS];
/** Without one of these a library has no text, nor has a program of Go. */
export const TEXT_NAMES = LIBRARY_FUNCTIONS.map(({ name }) => name);
export const GO_NAMES = GO_FUNCTIONS.map(({ name }) => name);
export const GO_NEEDED = 2;
