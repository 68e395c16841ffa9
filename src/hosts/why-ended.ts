import { sanitize } from '../text/text.ts';
import type { SshEnd } from './ssh.ts';

/** Exit code of ssh itself; of a shell that finds no command. */
const SSH_FAILED = 255;
const NOT_FOUND = 127;
const LONGEST = 200;

/** Why a machine is not watched, and what to do about it. */
export interface Cause {
  why: string;
  hint: string;
}

const SAME_VERSION = 'install the same version of nettop there and here';

/** What ssh, sudo, shells and nettop say, with what it means. The first that fits counts. */
const CAUSES: readonly (readonly [said: RegExp, why: string | null, hint: string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'its host key is not the one that is known of it',
    'find out why before anything else: ssh there by hand tells more',
  ],
  [
    /Host key verification failed|No \w+ host key is known/,
    'its host key is not known here',
    'ssh there once by hand, and compare the key',
  ],
  [
    /Permission denied|Too many authentication failures|No supported authentication methods/i,
    'it lets nobody in without a password',
    'put your key into its authorized_keys, or load yours with ssh-add',
  ],
  [/Could not resolve hostname/, 'its name has no address', 'check the name, or the Host in ~/.ssh/config'],
  [
    /Connection refused|timed out|No route to host|unreachable|Connection (closed|reset)|Broken pipe|not responding/i,
    null,
    'start nettop again when ssh gets there',
  ],
  [
    /sudo:.*(password|terminal) is required|sudo:.*askpass/,
    'sudo asks for a password there',
    'log in as root, or let sudo run nettop without one: USER ALL=(root) NOPASSWD: /usr/bin/nettop record *',
  ],
  [
    /not (in the sudoers file|allowed to (execute|run))|may not run sudo/,
    'sudo does not let you run nettop there',
    'log in as root, or add to its sudoers: USER ALL=(root) NOPASSWD: /usr/bin/nettop record *',
  ],
  [/sudo: (command )?not found|sudo: No such file/, 'it has no sudo', 'log in as root'],
  [
    /nettop: (command )?not found|nettop: No such file/,
    'it has no nettop',
    'install it there, where sudo (secure_path) or the shell of root finds it',
  ],
  [
    /there is no flag|no command record|record needs|takes no value/,
    'its nettop is of another version than this one',
    SAME_VERSION,
  ],
];

/**
 * `begun`: it was watched for a while. `unread`: what was wrong with what it sent, as the rest of a sentence; null:
 * nothing.
 */
export function whyEnded(
  { code, complaint, isMissing }: SshEnd,
  unread: string | null,
  begun: boolean,
): Cause {
  if (isMissing) return { why: 'there is no ssh on this machine', hint: 'install openssh-client' };
  const last = lastLine(complaint);
  const known = code === 0 ? undefined : CAUSES.find(([said]) => said.test(begun ? last : complaint));
  if (known) return { why: known[1] ?? (last || 'it cannot be reached'), hint: known[2] };
  if (code === NOT_FOUND)
    return { why: last || 'it has no nettop', hint: 'install nettop there, where the shell finds it' };
  if (code === SSH_FAILED)
    return { why: last || 'the connection to it broke', hint: 'start nettop again when ssh gets there' };
  if (unread !== null && (code === null || complaint === ''))
    return {
      why: `what it sends ${unread}`,
      hint: /version/.test(unread)
        ? SAME_VERSION
        : 'its shell must print nothing by itself when it runs a command',
    };
  const ended = begun ? 'its nettop ended' : 'its nettop did not start';
  return {
    why: last && code !== 0 ? `${ended}: ${last}` : ended,
    hint: 'ssh there, and see what sudo nettop record - says',
  };
}

function lastLine(complaint: string): string {
  const lines = complaint.split(/\r?\n/).map((line) => sanitize(line).trim());
  const [first = ''] = lines.filter(Boolean).slice(-1);
  return first.slice(0, LONGEST);
}
