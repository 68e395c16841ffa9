import type { Filter } from '../filter/filter.ts';
import { hideFilter } from './filter.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { HiddenRows } from './rows.ts';
import { hideText, type Kind } from './texts.ts';

/**
 * What --private does to all that is shown: addresses and names that tell whose they are become others, the same
 * for the same one throughout the run. docs/private.md says which.
 */
export class Privacy {
  private readonly pseudonyms = new Pseudonyms();
  private readonly hidden = new HiddenRows(this.pseudonyms);
  private readonly made = new WeakMap<object, object>();

  /** Answers, rows and parts of them. */
  of<Rows>(rows: Rows): Rows {
    return this.hidden.of(rows);
  }

  /** The same, made once for one that is asked for again and again. */
  once<Rows extends object>(rows: Rows): Rows {
    const made = (this.made.get(rows) as Rows | undefined) ?? this.of(rows);
    this.made.set(rows, made);
    return made;
  }

  text(kind: Kind, text: string): string {
    return hideText(kind, text, this.pseudonyms);
  }

  /** `named`: hosts that the sentence may name. */
  sentence(text: string, named: readonly string[]): string {
    for (const host of named) this.text('host', host);
    return this.text('sentence', text);
  }

  /** As it is shown; what is asked for it has to be the one that was typed. */
  filter(filter: Filter): Filter {
    return hideFilter(filter, this.pseudonyms);
  }
}
