const VERSIONS: Readonly<Record<number, string>> = {
  768: 'SSL 3.0',
  769: 'TLS 1.0',
  770: 'TLS 1.1',
  771: 'TLS 1.2',
  772: 'TLS 1.3',
};

/** null: no version that has a name. */
export const versionName = (version: number): string | null => VERSIONS[version] ?? null;

/** Those that clients of the last ten years offer; the names are those of IANA without `TLS_`. */
const CIPHERS: Readonly<Record<number, string>> = {
  10: 'RSA_WITH_3DES_EDE_CBC_SHA',
  47: 'RSA_WITH_AES_128_CBC_SHA',
  51: 'DHE_RSA_WITH_AES_128_CBC_SHA',
  53: 'RSA_WITH_AES_256_CBC_SHA',
  57: 'DHE_RSA_WITH_AES_256_CBC_SHA',
  60: 'RSA_WITH_AES_128_CBC_SHA256',
  61: 'RSA_WITH_AES_256_CBC_SHA256',
  103: 'DHE_RSA_WITH_AES_128_CBC_SHA256',
  107: 'DHE_RSA_WITH_AES_256_CBC_SHA256',
  140: 'PSK_WITH_AES_128_CBC_SHA',
  156: 'RSA_WITH_AES_128_GCM_SHA256',
  157: 'RSA_WITH_AES_256_GCM_SHA384',
  158: 'DHE_RSA_WITH_AES_128_GCM_SHA256',
  159: 'DHE_RSA_WITH_AES_256_GCM_SHA384',
  168: 'PSK_WITH_AES_128_GCM_SHA256',
  169: 'PSK_WITH_AES_256_GCM_SHA384',
  4865: 'AES_128_GCM_SHA256',
  4866: 'AES_256_GCM_SHA384',
  4867: 'CHACHA20_POLY1305_SHA256',
  4868: 'AES_128_CCM_SHA256',
  4869: 'AES_128_CCM_8_SHA256',
  49161: 'ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  49162: 'ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  49171: 'ECDHE_RSA_WITH_AES_128_CBC_SHA',
  49172: 'ECDHE_RSA_WITH_AES_256_CBC_SHA',
  49187: 'ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  49188: 'ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  49191: 'ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  49192: 'ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  49195: 'ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  49196: 'ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  49199: 'ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  49200: 'ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  52392: 'ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  52393: 'ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  52394: 'DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  52395: 'PSK_WITH_CHACHA20_POLY1305_SHA256',
};

export const cipherName = (cipher: number): string =>
  CIPHERS[cipher] ?? `0x${cipher.toString(16).padStart(4, '0')}`;

const ALERTS: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
  121: 'ech_required',
};

export const alertName = (alert: number): string => ALERTS[alert] ?? `alert ${alert}`;
