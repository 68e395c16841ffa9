import { ALL_WITHIN, FIELDS, WITHIN } from './fields.ts';
import { hideFrame } from './frame.ts';
import { hideGroup, hideGroupedProcess } from './groups.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { hideText, type Kind } from './texts.ts';

type Members = Record<string, unknown>;

const CHANGES: Readonly<Record<string, Kind>> = {
  source: 'address',
  destination: 'address',
  interface: 'device',
  netns: 'netns',
};

/** A copy of rows and answers in which all that tells whose they are has another name. Plain data alone. */
export class HiddenRows {
  /** Sentences come last: by then the names in them are known. */
  private later: (() => void)[] = [];

  constructor(private readonly pseudonyms: Pseudonyms) {}

  of<Whole>(whole: Whole): Whole {
    const hidden = this.value(whole, '', 'name');
    for (const make of this.later) make();
    this.later = [];
    return hidden as Whole;
  }

  private value(value: unknown, name: string, kind: Kind): unknown {
    if (typeof value === 'string') return this.text(kind, value);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (!Array.isArray(value)) return this.object(value as Members, name);
    return typeof value[0] === 'number' ? value : value.map((one) => this.value(one, name, kind));
  }

  private object(members: Members, name: string): Members {
    if (name === 'hosts') return this.hosts(members);
    const all = ALL_WITHIN[name];
    const own = WITHIN[name];
    const hidden: Members = {};
    for (const member of Object.keys(members)) {
      const kind = all ?? own?.[member] ?? (FIELDS as Readonly<Record<string, Kind>>)[member] ?? 'name';
      const value = members[member];
      hidden[member] = value; // at its place
      const hide = () => {
        hidden[member] = this.value(value, member, kind);
      };
      if (kind !== 'sentence') hide();
      else if (value !== null) this.later.push(hide);
    }
    return this.special(members, hidden, name);
  }

  /** What a text is may depend on what stands beside it. */
  private special(members: Members, hidden: Members, name: string): Members {
    const { pseudonyms } = this;
    if (name === 'group') Object.assign(hidden, hideGroup(members as never, pseudonyms));
    else if (name === 'changes') this.change(members, hidden);
    else if (members.group && 'about' in members)
      Object.assign(hidden, hideGroupedProcess(members as never, pseudonyms));
    else if (members.kind === 'rule' && 'evidence' in members) this.rule(members, hidden);
    else if (members.bytes instanceof Uint8Array && 'hasLink' in members)
      hidden.bytes = hideFrame(members.bytes, members.hasLink === true, pseudonyms);
    return hidden;
  }

  private change({ field, from, to }: Members, hidden: Members): void {
    const kind = CHANGES[String(field)] ?? 'kept';
    hidden.from = this.text(kind, String(from));
    hidden.to = this.text(kind, String(to));
  }

  /** An alert of the user's own: its rule is what was typed, and may have any name in it. */
  private rule({ subject, message, evidence }: Members, hidden: Members): void {
    const rule = this.pseudonyms.name('rule', String(subject));
    this.later.push(() => {
      hidden.subject = rule;
      hidden.message = String(message).replace(String(subject), () => rule);
      hidden.evidence = { ...(evidence as Members), rule };
    });
  }

  /** Names of hosts by their addresses. */
  private hosts(members: Members): Members {
    return Object.fromEntries(
      Object.entries(members).map(([address, name]) => [
        this.text('address', address),
        this.text('host', String(name)),
      ]),
    );
  }

  private text(kind: Kind, text: string): string {
    return hideText(kind, text, this.pseudonyms);
  }
}
