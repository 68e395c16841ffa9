import type { Pseudonyms } from './pseudonyms.ts';

/** Domains that are the same for all (RFC 6761, RFC 9476 and such): they say of what kind a name is. */
const KEPT = new Set(['localhost', 'local', 'test', 'example', 'invalid', 'internal', 'arpa', 'lan', 'home']);
const REVERSE_V4 = /^((?:\d{1,3}\.){4})in-addr\.arpa(\.?)$/i;
const REVERSE_V6 = /^((?:[\da-f]\.){32})ip6\.arpa(\.?)$/i;
const NOTHING = new Set(['', '*', '?', '-', '.']);

/** An address, one with its interface, or a network. What is none is the name of a host. */
export function hideAddress(text: string, pseudonyms: Pseudonyms): string {
  if (NOTHING.has(text)) return text;
  const [, plain = '', zone = '', bits] = /^([^%/]*)(%[^/]*)?(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const hidden =
    bits === undefined ? pseudonyms.address(plain) : pseudonyms.network(plain, Math.min(128, Number(bits)));
  if (hidden === null) return hideHost(text, pseudonyms);
  const device = zone === '' ? '' : `%${hideDevice(zone.slice(1), pseudonyms)}`;
  return `${hidden}${device}${bits === undefined ? '' : `/${bits}`}`;
}

/** A name of DNS, an address, or either with a port: names that lie in one domain still do. */
export function hideHost(text: string, pseudonyms: Pseudonyms): string {
  if (NOTHING.has(text)) return text;
  const whole = pseudonyms.address(text);
  if (whole !== null) return whole;
  const [, bracketed, plain = '', port = ''] = /^(?:\[(.*)\]|([^:]*))(:\d{1,5})?$/.exec(text) ?? [
    '',
    undefined,
    text,
  ];
  if (bracketed !== undefined) return `[${hideAddress(bracketed, pseudonyms)}]${port}`;
  const address = pseudonyms.address(plain);
  return `${address ?? pseudonyms.remember(plain, hideName(plain, pseudonyms))}${port}`;
}

function hideName(name: string, pseudonyms: Pseudonyms): string {
  const reverse = reversed(name, pseudonyms);
  if (reverse !== null) return reverse;
  const labels = name.split('.');
  const isLast = (place: number) => place === labels.length - 1 || labels[place + 1] === '';
  return labels
    .map((label, place) => {
      // a label with an underscore before it says what service it is (RFC 8552)
      if (label === '' || label === '*' || label.startsWith('_')) return label;
      if (isLast(place) && KEPT.has(label.toLowerCase())) return label;
      return `h${pseudonyms.code('host', labels.slice(place).join('.').toLowerCase().replace(/\.$/, ''))}`;
    })
    .join('.');
}

/** The name by which DNS is asked who has an address. */
function reversed(name: string, pseudonyms: Pseudonyms): string | null {
  const [, v4, v4End] = REVERSE_V4.exec(name) ?? [];
  if (v4 !== undefined) {
    const hidden = pseudonyms.address(v4.split('.').slice(0, 4).reverse().join('.'));
    return hidden && `${hidden.split('.').reverse().join('.')}.in-addr.arpa${v4End}`;
  }
  const [, v6, v6End] = REVERSE_V6.exec(name) ?? [];
  if (v6 === undefined) return null;
  const bytes = Buffer.from(v6.split('.').reverse().join(''), 'hex');
  pseudonyms.replace(bytes);
  return `${[...bytes.toString('hex')].reverse().join('.')}.ip6.arpa${v6End}`;
}

/** Names that systems give by themselves; those with an address in them (enx, wlx) are not among them. */
const USUAL_DEVICE =
  /^(lo|any|all|(eth|ens|eno|wlan|tun|tap|wg|bond|dummy|ifb|ppp|usb|wwan|vxlan|virbr|docker|cni|lxcbr|br|team|gre|sit)\d+|en[ps][\da-z]+|wl[ps]\w+|flannel\.\d+)(\.\d{1,4})?$/;

/** The name of an interface. */
export function hideDevice(name: string, pseudonyms: Pseudonyms): string {
  if (NOTHING.has(name) || USUAL_DEVICE.test(name)) return name;
  return pseudonyms.name('if', name);
}

const PREFIXES: Readonly<Record<string, number>> = { '01005e': 3, '0180c2': 6, ffffff: 6, '000000': 3 };

/** Six bytes of a station's address in their place: makers stay apart, groups stay groups. */
export function replaceMac(mac: Uint8Array, pseudonyms: Pseudonyms): void {
  if (mac.every((byte) => byte === 0)) return; // nobody's: the loopback's, or not known
  const [first = 0, second = 0] = mac;
  const maker = Buffer.from(mac.subarray(0, 3)).toString('hex');
  const isGroup = (first & 1) !== 0;
  const kept = PREFIXES[maker] ?? (isGroup ? (first === 0x33 && second === 0x33 ? 2 : 1) : 0);
  const own = pseudonyms.digest('mac', Buffer.from(mac).toString('hex'));
  const makers = pseudonyms.digest('maker', maker);
  for (let at = kept; at < 6; at++) mac[at] = (at < 3 ? makers[at] : own[at]) ?? 0;
  if (kept === 0) mac[0] = ((mac[0] ?? 0) & 0xfc) | (first & 3); // one station, by its maker or set by hand
}

export function hideMac(text: string, pseudonyms: Pseudonyms): string {
  const bytes = Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
  if (bytes.length !== 6) return pseudonyms.name('mac', text);
  replaceMac(bytes, pseudonyms);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
