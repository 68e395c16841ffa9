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
/** The owner of a socket that closed is learned within so long, or never. */
const LEARNED_NS = 1e9;
const NOBODY: Asker = { pid: 0, startNs: 0 };
const PORT = /:\d+$/;

/** A process by its pid and its start; 0: not known. */
export interface Asker {
  pid: number;
  startNs: number;
}

/** Whose a socket is; null: not learned yet. */
export type AskerOf = () => Asker | null;

interface Answer extends Asker {
  name: string;
  firstNs: number;
  lastNs: number;
  /** null: it is known who asked, or given up. */
  askerOf: AskerOf | null;
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
  /** Those of which it may be learned yet who asked. */
  private unlearned: Answer[] = [];

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

  /** A process was told that a name has these addresses. Who it is may be learned later than what it was told. */
  answer(askerOf: AskerOf, text: string, addresses: readonly string[], atNs: number): void {
    const name = hostOf(text);
    if (name === null) return;
    const asker = askerOf();
    const heard = { ...(asker ?? NOBODY), name, askerOf: asker ? null : askerOf };
    for (const address of addresses) {
      const words = parseAddress(address);
      if (words && !isUnspecified(words))
        this.add(remoteKey(words), { ...heard, firstNs: atNs, lastNs: atNs });
    }
  }

  /** What was not learned for long is not asked for any more. */
  tick(nowNs: number): void {
    const isYoung = ({ lastNs }: Answer): boolean => nowNs - lastNs < LEARNED_NS;
    for (const answer of this.unlearned) if (!learnAsker(answer) && !isYoung(answer)) answer.askerOf = null;
    this.unlearned = this.unlearned.filter(({ askerOf }) => askerOf !== null);
  }

  /** null: nobody asked. */
  of(end: NamelessEnd): AskedName | null {
    if (this.said.size + this.answers.size === 0) return null;
    const remote = remoteKey(end.remote);
    return this.said.get(`${end.cookie} ${remote}`) ?? this.answered(remote, end);
  }

  private add(key: string, answer: Answer): void {
    const before = this.answers.get(key) ?? [];
    const at = before.findIndex((one) => one.name === answer.name && isSame(one, answer));
    const [known] = at < 0 ? [] : before.splice(at, 1);
    const heard = { ...answer, firstNs: known?.firstNs ?? answer.firstNs };
    before.push(heard);
    if (heard.askerOf) this.unlearned.push(heard);
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
    for (const one of answers) learnAsker(one);
    const own = newest(
      answers.filter((one) => isSame(one, end) && one.firstNs <= end.beganNs),
      end,
    );
    if (own) return { name: own.name, source: 'dns' };
    const other = newest(answers, end);
    return other && { name: other.name, source: 'otherDns' };
  }
}

/** Whether it is known who asked. */
function learnAsker(answer: Answer): boolean {
  const asker = answer.askerOf?.();
  if (asker) Object.assign(answer, asker, { askerOf: null });
  return answer.askerOf === null;
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
