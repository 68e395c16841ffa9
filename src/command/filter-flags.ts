import { UsageError } from '../errors.ts';
import { parseAddress } from '../filter/address.ts';
import { FilterError, quote } from '../filter/error.ts';
import type { Filter } from '../filter/filter.ts';
import { formatName } from '../filter/name.ts';
import { readFilter } from '../filter/parser.ts';
import type { Names } from '../filter/value.ts';
import { PROTOCOLS } from '../filter/words.ts';
import type { Arguments } from './arguments.ts';
import { choiceOf, countOf, textOf } from './flag-values.ts';

/** The flags that are short forms of filter terms, and the words of the command line, as one filter. */
export function filterOf(given: Arguments, words: string[], names: Names): Filter {
  const terms = termsOf(given, names);
  const typed = readFilter(words.join(' '), names);
  if (terms.length === 0) return typed;
  return readFilter([...terms, ...(typed.expression ? [`(${typed.text})`] : [])].join(' and '), names);
}

/** Each flag is checked by itself, so that a mistake is told in the flag's words. */
function termsOf(given: Arguments, names: Names): string[] {
  const protocol = textOf(given, 'proto');
  const address = textOf(given, 'address');
  if (address !== null && !parseAddress(address)) {
    const isName = /^[a-z][\w@-]{0,14}(\.\d+)?$/i.test(address);
    const other = isName ? `; an interface is given with -I ${address}` : '';
    throw new UsageError(`--address: ${quote(address)} is not an IP address${other}`);
  }
  const port = countOf(given, 'port', 1, 65535);
  const pid = countOf(given, 'pid', 1, 2 ** 22); // PID_MAX_LIMIT
  const icmpId = countOf(given, 'icmp-id', 1, 65535);
  const terms = [
    protocol && choiceOf('proto', protocol, Object.keys(PROTOCOLS)),
    address && `host ${address}`,
    termOf(given, 'host', 'host', names),
    port && `port ${port}`,
    pid && `pid ${pid}`,
    icmpId && `icmpid ${icmpId}`,
    termOf(given, 'url', 'url', names),
    termOf(given, 'interface', 'iface', names),
    textOf(given, 'netns') === 'all' ? null : termOf(given, 'netns', 'netns', names),
  ];
  return terms.filter((term) => typeof term === 'string' && term !== '') as string[];
}

/** `word VALUE` in the grammar; what the grammar finds wrong is told of the flag. */
function termOf(given: Arguments, flag: string, word: string, names: Names): string | null {
  const value = textOf(given, flag);
  if (value === null) return null;
  const term = `${word} ${formatName(value)}`;
  try {
    readFilter(term, names);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new UsageError(`--${flag}: ${error.problem.replace(`${word} `, '')}`);
  }
  return term;
}
