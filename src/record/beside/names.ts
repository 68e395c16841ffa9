import type { Words } from '../../abi/layout.ts';
import type { Asker } from '../../capture/exchanges/asked-names.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { NameListener } from '../../views/requests/exchange-feed.ts';
import { namesFromJson } from '../log.ts';
import type { Player } from '../player.ts';
import type { Recorder } from '../recorder.ts';

/** Names by which programs asked for far ends, with what they were learned from. */
export const NAMES = 'asked names';
/** Those that wait for somebody who wants names. */
const MOST_WAITING = 65_536;
const MOST_UNLEARNED = 10_000;

/** Who asked DNS may be learned later: then the answer is told by its number. */
type ToldName =
  | ['said', cookie: number, remote: Words, name: string, source: 'sni' | 'host']
  | [
      'answered',
      number: number,
      asker: Asker | null,
      name: string,
      addresses: readonly string[],
      atNs: number,
    ]
  | ['asker', number: number, asker: Asker];

/** What is heard of names is written down, and told on. */
export function recordingNames(names: NameListener, recorder: Recorder): NameListener {
  let answers = 0;
  const tell = (told: ToldName): void => recorder.tell(NAMES, told);
  return {
    say(cookie, remote, name, source) {
      tell(['said', cookie, remote, name, source]);
      names.say(cookie, remote, name, source);
    },
    answer(askerOf, name, addresses, atNs) {
      const number = ++answers;
      const asked = (): Asker | null => numbersOf(askerOf());
      let known = asked();
      tell(['answered', number, known, name, addresses, atNs]);
      const learn = (): Asker | null => {
        if (known) return known;
        known = asked();
        if (known) tell(['asker', number, known]);
        return known;
      };
      names.answer(learn, name, addresses, atNs);
    },
  };
}

/** Of a process, more is not written. */
const numbersOf = (asker: Asker | null): Asker | null => asker && { pid: asker.pid, startNs: asker.startNs };

/** Names as they were recorded. */
export class RecordedNames {
  private waiting: ToldName[] = [];
  /** By number, of answers whose asker was not known when they came. */
  private readonly unlearned = new Map<number, { asker: Asker | null }>();

  constructor(player: Player) {
    player.hear(NAMES, (bytes) => {
      const told = namesFromJson<ToldName>(bytes);
      if (told[0] === 'asker') this.learn(told[1], told[2]);
      else this.waiting.push(told);
      if (this.waiting.length > MOST_WAITING) this.waiting.splice(0, MOST_WAITING / 2);
    });
  }

  /** Those that were told to nobody yet. */
  tell(names: NameListener): void {
    for (const told of this.waiting.splice(0)) {
      if (told[0] === 'said') names.say(told[1], told[2], told[3], told[4]);
      else if (told[0] === 'answered') {
        const [, number, asker, name, addresses, atNs] = told;
        const learned = this.learned(number, asker);
        names.answer(() => learned.asker, name, addresses, atNs);
      }
    }
  }

  private learn(number: number, asker: Asker): void {
    this.learned(number, null).asker = asker;
  }

  private learned(number: number, asker: Asker | null): { asker: Asker | null } {
    const known = this.unlearned.get(number) ?? { asker };
    this.unlearned.set(number, known);
    evictOldest(this.unlearned, MOST_UNLEARNED);
    return known;
  }
}
