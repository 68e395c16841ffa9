import type { AskedNames, Asker } from '../../capture/exchanges/asked-names.ts';
import type { Exchange, Talker } from '../../capture/exchanges/exchange.ts';
import { asksFor, HOST_NAMES } from '../../filter/asks.ts';
import type { Question } from '../../model/question.ts';
import type { NameListener } from './exchange-feed.ts';

/** A host that was told is told again after so long. */
const SAID_NS = 1e9;
const NONE: readonly string[] = [];

/** Whether rows are to have the names by which their far ends were asked for, or are held against them. */
export function wantsNames(question: Question): boolean {
  return showsNames(question) || (question.filter !== null && asksFor(question.filter, HOST_NAMES));
}

/** Whether they are to be shown, of all rows. */
export function showsNames({ names, asked = false }: Question): boolean {
  return asked || (names !== undefined && names.hosts !== 'off');
}

/** What a client's side of an exchange says of names; `addresses` are those of an answer of DNS. */
export function hearName(
  names: NameListener,
  askerOf: (talker: Talker) => Asker | null,
  exchange: Exchange,
  addresses: readonly string[] = NONE,
): void {
  if (!exchange.isClient) return;
  const { talker, dns, tls, host, firstNs, beganNs } = exchange;
  const { cookie, remote } = talker;
  if (dns) names.answer(() => askerOf(talker), dns.name, addresses, firstNs ?? beganNs);
  else if (tls?.serverName) names.say(cookie, remote, tls.serverName, 'sni');
  else if (host !== null && !isSaid(talker, host, beganNs)) names.say(cookie, remote, host, 'host');
}

/** The requests of one connection name the same host, most of them: which is told once, and again so that it stays. */
function isSaid(talker: Talker, host: string, atNs: number): boolean {
  if (talker.cookie === 0) return false;
  if (talker.saidHost === host && atNs < talker.saidUntilNs) return true;
  talker.saidHost = host;
  talker.saidUntilNs = atNs + SAID_NS;
  return false;
}

/** How the server of a client's request was asked for; null: not known, or it is a server's end. */
export function serverName(names: AskedNames, { talker, isClient, owner, beganNs }: Exchange): string | null {
  if (!isClient) return null;
  const { cookie, remote } = talker;
  const asker = { pid: owner?.pid ?? 0, startNs: 0 };
  return names.of({ cookie, remote, ...asker, beganNs })?.name ?? null;
}
