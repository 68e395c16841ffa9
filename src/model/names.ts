import { formatEndpoint } from '../text/format.ts';
import { cutStart } from '../text/text.ts';

/** Which addresses are shown by name: public ones, or private ones too. */
export type HostNames = 'off' | 'public' | 'all';

/** What the user wants to see by name. */
export interface NamesQuestion {
  hosts: HostNames;
  /** Ports by the names of services. */
  services: boolean;
}

/** What the name of a far end was learned from. */
export type NameSource =
  /** The server's name in this connection's TLS. */
  | 'sni'
  /** The Host of this connection's HTTP. */
  | 'host'
  /** A DNS answer to the same process, before it connected. */
  | 'dns'
  /** A DNS answer to another process of this machine, or a later one. */
  | 'otherDns';

/** The name by which a far end was asked for. It is safe to print. */
export interface AskedName {
  name: string;
  source: NameSource;
}

/** What is known so far of the addresses and ports of an answer; names from outside are safe to print. */
export interface Names {
  hosts: Readonly<Record<string, string>>;
  /** Rows show the names by which their far ends were asked for. */
  asked?: boolean;
  /** By protocol and port: tcp/443. */
  services: Readonly<Record<string, string>>;
  /** Why names are missing, as a sentence; null: nothing is wrong. */
  problem: string | null;
}

export const NO_NAMES: Names = { hosts: {}, services: {}, problem: null };

/** The address's name, with its end kept where it does not fit; null: it has none. */
export function hostName({ hosts }: Names, address: string, cells = Number.POSITIVE_INFINITY): string | null {
  const name = hosts[address];
  return name === undefined ? null : cutStart(name, cells);
}

export function portName({ services }: Names, protocol: string, port: number): string {
  return services[`${protocol}/${port}`] ?? String(port);
}

/** What a name that was asked for looks like: one that another process asked for has a mark. */
export function formatAsked({ name, source }: AskedName): string {
  return source === 'otherDns' ? `~${name}` : name;
}

/**
 * Address and port in at most `cells` cells, each by its name where there is one. `zone`, "%eth0", stands
 * behind an address.
 */
export function nameEndpoint(
  names: Names,
  protocol: string,
  address: string,
  port: number,
  cells = Number.POSITIVE_INFINITY,
  zone = '',
  asked: string | null = null,
): string {
  const host = asked ?? hostName(names, address) ?? address + zone;
  return formatEndpoint(host, portName(names, protocol, port), cells);
}

/** Address and port as they are, and behind them by name, where there is one. */
export function tellEndpoint(
  names: Names,
  protocol: string,
  address: string,
  port: number,
  zone = '',
  asked: string | null = null,
): string {
  const plain = formatEndpoint(address + zone, port);
  const named = nameEndpoint(names, protocol, address, port, undefined, zone, asked);
  return named === plain ? plain : `${plain}  ${named}`;
}
