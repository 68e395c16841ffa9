import type { Exchange } from '../../capture/exchanges/exchange.ts';
import { isMapped } from '../../filter/address.ts';
import type { Subject } from '../../filter/terms.ts';
import { PROTOCOLS, REQUESTS } from '../../filter/words.ts';
import type { RequestGap, RequestProtocol } from '../../panes/requests/row.ts';

/** After these no answer comes any more: what it would have said is absent, not unknown. */
const UNANSWERED: readonly (RequestGap | null)[] = ['no answer', 'cut short', 'reset'];
/** Of them no name is asked for. */
const NAMELESS: readonly RequestProtocol[] = ['redis', 'postgresql', 'mysql'];
const PORT = /:\d+$/;

const isHttp = (protocol: RequestProtocol): boolean => protocol === 'http' || protocol === 'http2';

/**
 * What a filter is asked about. It is asked of thousands of requests, each time of few members: one subject serves
 * for all, and works out what it is asked for.
 */
export class RequestSubject implements Subject {
  private exchange!: Exchange;

  /** `nameOf`: of the server, by an answer of DNS. */
  constructor(private readonly nameOf: (exchange: Exchange) => string | null = () => null) {}

  of(exchange: Exchange): this {
    this.exchange = exchange;
    return this;
  }

  get protocol() {
    return PROTOCOLS[this.exchange.talker.transport];
  }

  get family() {
    return isMapped(this.exchange.talker.local) ? 4 : 6;
  }

  get source() {
    return this.exchange.talker.local;
  }

  get destination() {
    return this.exchange.talker.remote;
  }

  get sourcePort() {
    return this.exchange.talker.localPort;
  }

  get destinationPort() {
    return this.exchange.talker.remotePort;
  }

  get pid() {
    return this.exchange.owner?.pid ?? 0;
  }

  get process() {
    return this.exchange.owner?.process ?? null;
  }

  /** It is learned with the owner: of a connection that was gone at once it may never be. */
  get netns() {
    return this.exchange.owner?.netns ?? undefined;
  }

  get request() {
    const { protocol } = this.exchange;
    return REQUESTS[protocol === 'http2' ? 'http' : protocol];
  }

  get method() {
    return this.exchange.method ?? undefined;
  }

  get url() {
    const { protocol, host, path } = this.exchange;
    if (!isHttp(protocol)) return null;
    if (path === null) return undefined;
    return path.startsWith('/') ? `${host ?? ''}${path}` : path;
  }

  get name() {
    const { protocol, dns, host } = this.exchange;
    if (NAMELESS.includes(protocol)) return null;
    return dns ? dns.name : (host?.replace(PORT, '') ?? this.unread(null));
  }

  get sourceName() {
    return this.exchange.isClient ? null : this.server();
  }

  get destinationName() {
    return this.exchange.isClient ? this.server() : null;
  }

  get serverName() {
    return this.exchange.tls ? this.exchange.tls.serverName : null;
  }

  get status() {
    const { protocol, status } = this.exchange;
    return isHttp(protocol) ? (status ?? this.unanswered(0)) : 0;
  }

  get rcode() {
    const { dns } = this.exchange;
    return dns ? (dns.rcode ?? this.unanswered(null)) : null;
  }

  get latencyNs() {
    const { beganNs, firstNs } = this.exchange;
    return firstNs === null ? this.unanswered(0) : firstNs - beganNs;
  }

  /** What the client calls the server, or asked DNS for. */
  private server(): string | null | undefined {
    const { host, tls, protocol } = this.exchange;
    const said = host?.replace(PORT, '') ?? tls?.serverName ?? null;
    return said ?? this.nameOf(this.exchange) ?? (isHttp(protocol) ? this.unread(null) : null);
  }

  /** Of a head that was read as a whole: it is not there. */
  private unread<T>(absent: T): T | undefined {
    const { gap, path, protocol } = this.exchange;
    const isPart = gap === 'head cut' || (protocol === 'http2' && gap !== null);
    return path === null || isPart ? undefined : absent;
  }

  private unanswered<T>(absent: T): T | undefined {
    return UNANSWERED.includes(this.exchange.gap) ? absent : undefined;
  }
}
