import { hideAddress, hideMac } from './hosts.ts';
import { type Pseudonyms, WORD } from './pseudonyms.ts';

const MAC = /^([\da-f]{2}:){5}[\da-f]{2}$/i;
/** Where files of people lie; those of the system have the same names everywhere. */
const OWN_FILE = /^\/(home|root|srv|opt|var|run|tmp|mnt|media)\/./;

/** A sentence of nettop's own: addresses in it, and the names that were seen before, are replaced. */
export function hideSentence(text: string, pseudonyms: Pseudonyms): string {
  const phrases = [...pseudonyms.phrases].sort(([one], [other]) => other.length - one.length);
  const rest = phrases.reduce((all, [phrase, made]) => all.replaceAll(phrase, () => made), text);
  return rest.replace(WORD, (word) => {
    const whole = hidden(word, pseudonyms);
    if (whole !== null) return whole;
    const [, start = '', plain = '', end = ''] = /^(~?)(.*?)([.:!?]*)$/.exec(word) ?? [];
    return `${start}${hidden(plain, pseudonyms) ?? plain}${end}`;
  });
}

/** null: there is nothing to hide. */
function hidden(word: string, pseudonyms: Pseudonyms): string | null {
  const name = pseudonyms.knownAs(word);
  if (name !== undefined) return name;
  if (MAC.test(word)) return hideMac(word, pseudonyms);
  if (OWN_FILE.test(word)) return pseudonyms.name('file', word);
  const [, address = ''] = /^([^%/]*)(?:%[\w.-]+)?(?:\/\d{1,3})?$/.exec(word) ?? [];
  if (pseudonyms.address(address) !== null) return hideAddress(word, pseudonyms);
  const [, host = '', port = ''] = /^([^:]+)(:[\d*]{1,5})$/.exec(word) ?? [];
  const known = pseudonyms.address(host) ?? pseudonyms.knownAs(host);
  return known === undefined ? null : `${known}${port}`;
}
