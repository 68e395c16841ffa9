/** Names of the states in include/net/tcp_states.h, as RFC 9293 spells them. */
const STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'SYN_RECV', // TCP_NEW_SYN_RECV: the same to the far end
];
export const ESTABLISHED = 1;
export const SYN_SENT = 2;
export const CLOSE = 7;
export const LISTEN = 10;
export const NEW_SYN_RECV = 12;

export function stateName(state: number): string {
  return STATES[state] ?? String(state);
}

/** Each once. */
export const STATE_NAMES: readonly string[] = [...new Set(STATES.slice(1))];
