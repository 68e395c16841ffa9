import type { Exchange } from '../../capture/exchanges/exchange.ts';
import { OTHER } from '../../model/metrics/metric.ts';
import type { MetricBook } from './metric-book.ts';

/** RFC 9110 and 5789: a program may ask by any other word. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);
/** The types that are asked for every day; there are 65,536. */
const TYPES = new Set([
  ...['A', 'AAAA', 'CNAME', 'HTTPS', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'SVCB', 'TXT'],
  ...['ANY', 'CAA', 'DNSKEY', 'DS'],
]);
const CODES = new Set(['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']);
const NONE = 'none';
const CLASSES = ['2xx', '3xx', '4xx', '5xx', NONE];
const SIDES = ['client', 'server'] as const;
/** The last record of a socket that closed just now, with its owner, may not be read yet. */
const SETTLED_NS = 300e6;
const MOST_WAITING = 65_536;

/** DNS and HTTP, of each end that is on this machine. */
export class RequestMetrics {
  private waiting: Exchange[] = [];

  constructor(private readonly book: MetricBook) {
    for (const side of SIDES) {
      for (const code of [...CODES, NONE]) book.of('dnsQueries').add([side, 'A', code], 0);
      for (const status of CLASSES) book.of('httpRequests').add([OTHER, side, 'GET', status], 0);
      book.of('dnsSeconds').add([side], 0);
      book.of('httpSeconds').add([OTHER, side], 0);
    }
  }

  /** One that ended: whose it is may be learned a moment later. */
  done(exchange: Exchange): void {
    if (exchange.protocol === 'dns') this.dns(exchange);
    else if (exchange.protocol !== 'http' && exchange.protocol !== 'http2') return;
    else if (this.waiting.length < MOST_WAITING) this.waiting.push(exchange);
    else this.http(exchange);
  }

  /** `own`: learns the owner, if it is known by now. */
  tick(nowNs: number, own: (exchange: Exchange) => Exchange): void {
    const left: Exchange[] = [];
    for (const exchange of this.waiting) {
      const hasOwner = own(exchange).owner !== null;
      if (hasOwner || nowNs - (exchange.lastNs ?? exchange.beganNs) > SETTLED_NS) this.http(exchange);
      else left.push(exchange);
    }
    this.waiting = left;
  }

  private dns(exchange: Exchange): void {
    const { dns, beganNs, firstNs } = exchange;
    const side = sideOf(exchange);
    const rcode = dns?.rcode ?? NONE;
    const code = rcode === NONE || CODES.has(rcode) ? rcode : OTHER;
    this.book.of('dnsQueries').add([side, oneOf(TYPES, dns?.type), code], 1);
    if (firstNs !== null) this.book.of('dnsSeconds').observe([side], (firstNs - beganNs) / 1e9);
  }

  private http(exchange: Exchange): void {
    const { beganNs, firstNs, lastNs, method, owner } = exchange;
    const name = owner?.process;
    const process = name ? this.book.roster('process').label(name) : OTHER;
    const side = sideOf(exchange);
    this.book.of('httpRequests').add([process, side, oneOf(METHODS, method), classOf(exchange)], 1);
    const endNs = lastNs ?? firstNs;
    if (endNs !== null) this.book.of('httpSeconds').observe([process, side], (endNs - beganNs) / 1e9);
  }
}

const sideOf = ({ isClient }: Exchange): (typeof SIDES)[number] => (isClient ? 'client' : 'server');

const oneOf = (known: ReadonlySet<string>, name: string | null | undefined): string =>
  name && known.has(name) ? name : OTHER;

/** "2xx"; a status is what somebody wrote. */
function classOf({ status }: Exchange): string {
  if (status === null) return NONE;
  return status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : OTHER;
}
