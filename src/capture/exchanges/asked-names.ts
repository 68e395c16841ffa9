import type { Words } from '../../abi/layout.ts';
import { parseAddress } from '../../filter/address.ts';
import type { AskedName } from '../../model/names.ts';
import { evictOldest } from '../../model/oldest.ts';
import { isHostName } from '../../text/host-name.ts';

/** Connections whose own name is kept: some 0.2 kB each, 7 MB. */
const MOST_SAID = 32_768;
/** Addresses with the answers that had them: 0.5 kB each, 8 MB. */
const MOST_ADDRESSES = 16_384;
/** Of one address, each of another name or process. */
const MOST_ANSWERS = 4;
const PORT = /:\d+$/;

/** A process by its pid and its start; 0: not known. */
export interface Asker {
  pid: number;
  startNs: number;
}

interface Answer extends Asker {
  name: string;
  firstNs: number;
  lastNs: number;
}

/** A far end that is to be named. */
export interface NamelessEnd extends Asker {
  cookie: number;
  remote: Words;
  /** When the connection began; 0: before nettop looked; Infinity: it may be one after the other. */
  beganNs: number;
}

/**
 * By which names programs asked for the far ends of their connections: what they said themselves, as the server's name
 * of TLS or the Host of HTTP, else what DNS had answered. How long an answer holds is not asked: programs keep
 * addresses longer.
 */
export class AskedNames {
  /** Names that made room for others. */
  evicted = 0;
  private readonly said = new Map<string, AskedName>();
  private readonly answers = new Map<string, Answer[]>();

  constructor(
    private readonly mostSaid = MOST_SAID,
    private readonly mostAddresses = MOST_ADDRESSES,
  ) {}

  /** A client named its server. */
  say(cookie: number, remote: Words, text: string, source: 'sni' | 'host'): void {
    const name = hostOf(text);
    if (name === null || cookie === 0) return;
    const key = `${cookie} ${remoteKey(remote)}`;
    this.said.delete(key);
    this.said.set(key, { name, source });
    if (evictOldest(this.said, this.mostSaid)) this.evicted++;
  }

  /** A process was told that a name has these addresses. */
  answer(asker: Asker, text: string, addresses: readonly string[], atNs: number): void {
    const name = hostOf(text);
    if (name === null) return;
    for (const address of addresses) {
      const words = parseAddress(address);
      if (words && !isUnspecified(words)) this.add(remoteKey(words), asker, name, atNs);
    }
  }

  /** null: nobody asked. */
  of(end: NamelessEnd): AskedName | null {
    if (this.said.size + this.answers.size === 0) return null;
    const remote = remoteKey(end.remote);
    return this.said.get(`${end.cookie} ${remote}`) ?? this.answered(remote, end);
  }

  private add(key: string, { pid, startNs }: Asker, name: string, atNs: number): void {
    const before = this.answers.get(key) ?? [];
    const at = before.findIndex((one) => one.name === name && isSame(one, { pid, startNs }));
    const [known] = at < 0 ? [] : before.splice(at, 1);
    before.push({ pid, startNs, name, firstNs: known?.firstNs ?? atNs, lastNs: atNs });
    if (before.length > MOST_ANSWERS) {
      before.shift();
      this.evicted++;
    }
    this.answers.delete(key);
    this.answers.set(key, before);
    const oldest = evictOldest(this.answers, this.mostAddresses);
    if (oldest) this.evicted += oldest[1].length;
  }

  /** The newest answer to the process itself before it connected; else the newest one at all. */
  private answered(key: string, end: NamelessEnd): AskedName | null {
    const answers = this.answers.get(key);
    if (!answers) return null;
    const own = newest(
      answers.filter((one) => isSame(one, end) && one.firstNs <= end.beganNs),
      end,
    );
    if (own) return { name: own.name, source: 'dns' };
    const other = newest(answers, end);
    return other && { name: other.name, source: 'otherDns' };
  }
}

/** Before the connection where there is one, else after. */
function newest(answers: readonly Answer[], { beganNs }: NamelessEnd): Answer | null {
  const time = ({ firstNs, lastNs }: Answer): number =>
    lastNs <= beganNs ? lastNs : firstNs <= beganNs ? firstNs : firstNs - Number.MAX_SAFE_INTEGER;
  return answers.reduce<Answer | null>((best, one) => (best && time(best) > time(one) ? best : one), null);
}

function isSame(one: Asker, other: Asker): boolean {
  if (one.pid !== other.pid || one.pid === 0) return false;
  return one.startNs === other.startNs || one.startNs === 0 || other.startNs === 0;
}

/** What may be a host's name, in small letters, without the port; null: it is an address, or none at all. */
function hostOf(text: string): string | null {
  const name = text.replace(PORT, '').replace(/\.$/, '').toLowerCase();
  return isHostName(name) ? name : null;
}

const isUnspecified = (words: Words): boolean => words[3] === 0 && words[0] === 0 && words[1] === 0;

const remoteKey = (words: Words): string => `${words[0]},${words[1]},${words[2]},${words[3]}`;
