/**
 * Counters of /proc/net/snmp and netstat: of a protocol there is a line of names, and below it one of numbers. Which
 * stands where is the same in all network namespaces, and is found once. The few that are wanted of hundreds are looked
 * for: to take all apart costs ten times as much, each second.
 */
export class SnmpColumns {
  private readonly places = new Map<string, number>();

  /** 0: it is not there. */
  counter(text: string, protocol: string, name: string): number {
    const begin = `${protocol}: `;
    const from = text.startsWith(begin) ? 0 : text.indexOf(`\n${begin}`) + 1;
    if (!text.startsWith(begin, from)) return 0;
    const end = text.indexOf('\n', from);
    const place = this.placeOf(text, from, end, begin + name);
    if (place < 0 || end < 0) return 0;
    let at = end + 1;
    for (let skipped = 0; skipped < place; skipped++) at = text.indexOf(' ', at) + 1;
    return numberAt(text, at);
  }

  private placeOf(text: string, from: number, end: number, key: string): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const [, name = ''] = key.split(' ');
    const place = text.slice(from, end).split(' ').indexOf(name);
    this.places.set(key, place);
    return place;
  }
}

/** The same of snmp6: a line for each, with its number behind its name. */
export function counterSix(text: string, name: string): number {
  const at = text.startsWith(`${name} `) ? 0 : text.indexOf(`\n${name} `) + 1;
  if (!text.startsWith(name, at)) return 0;
  let digits = at + name.length;
  while (isBlank(text.charCodeAt(digits))) digits++;
  return numberAt(text, digits);
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** Without a string of its own for each; -1, which the kernel has for none, is 0. */
function numberAt(text: string, from: number): number {
  let value = 0;
  for (let at = from; ; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return value;
    value = value * 10 + digit;
  }
}
