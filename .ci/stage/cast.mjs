import { FAR, LONG, NEAR } from './network.mjs';
import { ASKER, CROWD, ENDINGS, HOLE, JAMMED, RESOLVER, SHELL, SLOW, send, server } from './roles.mjs';

/** Users that each Debian has. */
const [ROOT, DAEMON, WWW, BACKUP, PROXY, GAMES, NEWS] = [0, 1, 33, 34, 13, 5, 9];
/** Names that a process can give itself to hurt a terminal: at most 15 bytes. */
const HOSTILE = [
  '日本語サー',
  '\x1b[31mred\x1b]0;t\x07',
  'a\u202egnp.exe',
  '🚀 👩🏽',
  'nul\ttab\tcr\r',
  'e\u0301te\u0301',
];

const actor = (netns, name, uid, text) => ({ netns, name, uid, text });

/** Who is there before nettop: those who listen, and who speaks to them. */
export const LISTENERS = [
  actor(FAR, 'nginx', WWW, server('AF_INET', '192.0.2.2', 8080)),
  actor(FAR, 'postgres', BACKUP, server('AF_INET6', '2001:db8:85a3::5', 5432)),
  actor(FAR, 'systemd-resolve', PROXY, RESOLVER),
  actor(FAR, 'rsync', ROOT, SLOW),
  actor(FAR, 'gunicorn', WWW, JAMMED),
  actor(FAR, 'openvpn', ROOT, HOLE),
];
export const SPEAKERS = [
  actor(NEAR, 'bash', DAEMON, SHELL),
  actor(NEAR, 'node', WWW, `ask("2001:db8:85a3::5", 5432, 2900, 0.4, ("${LONG}", 0))`),
  actor(NEAR, 'redis-server', WWW, 'ask("192.0.2.2", 8080, 5000, 0.9)'),
  actor(NEAR, 'rsync', BACKUP, send(873)),
  actor(NEAR, 'mail', DAEMON, ASKER),
  actor(NEAR, 'cron', ROOT, ENDINGS),
  actor(NEAR, 'wrk', DAEMON, CROWD),
  ...HOSTILE.map((name) => actor(NEAR, name, GAMES, 'datagrams("192.0.2.2", 9999, 1)')),
];
/** Who comes when it is called for: a connection from its first SYN on, and more than the trace takes in a second. */
export const LATE = {
  upload: actor(NEAR, 'rclone', NEWS, send(874)),
  burst: actor(NEAR, 'chronyd', NEWS, 'datagrams("192.0.2.2", 123, 0.2, 300)'),
};
