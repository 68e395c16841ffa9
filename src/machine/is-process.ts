import { readdirSync, readFileSync } from 'node:fs';

/** Whether a process that runs now has the text in its name, in any case. */
export function isProcess(text: string): boolean {
  const wanted = text.toLowerCase();
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && nameOf(entry).includes(wanted));
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd().toLowerCase();
  } catch {
    return ''; // it has ended
  }
}

/** A word that may be a slip: nothing that runs is called so. '' where there is nothing to say. */
export function strangerNote(word: string | null): string {
  if (word === null || isProcess(word)) return '';
  return `no process is called ${word} now; the word is the filter: process ${word}`;
}
