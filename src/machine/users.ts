import { readFileSync } from 'node:fs';
import { sanitize } from '../text/text.ts';

/** Names of users by number; none where there is no /etc/passwd. */
export function readUsers(): Map<number, string> {
  return parsePasswd(readPasswd());
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}

/** uid → name; the first entry of a uid counts, as in getpwuid(3). */
export function parsePasswd(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name && uid && /^\d+$/.test(uid) && !found.has(Number(uid))) found.set(Number(uid), sanitize(name));
  }
  return found;
}
