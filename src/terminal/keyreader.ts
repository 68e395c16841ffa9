/** A key as the key reader names it; `text` is what it types, if anything. */
export interface KeyPress {
  name: string;
  text?: string;
}

const CONTROLS: Readonly<Record<string, string>> = {
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'ctrl-h',
};

/** Final byte of CSI and SS3 sequences. */
const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift-tab',
};

/** First parameter of CSI … ~ sequences. */
const NUMBERS: Readonly<Record<string, string>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  14: 'f4',
};

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal input is made of control characters
const SEQUENCE = /^\x1b(?:\[([0-9;?<]*)([@-~])|O([@-~])|([^[O]))/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal input is made of control characters
const UNFINISHED = /^\x1b(?:\[[0-9;?<]*|O)?$/;

export interface Reading {
  keys: KeyPress[];
  /** The beginning of a sequence whose end has not come. */
  rest: string;
}

function sequenceName(match: RegExpMatchArray): string | undefined {
  const [, parameters, final, ss3] = match;
  if (ss3 !== undefined) return FINALS[ss3];
  if (final === '~') return NUMBERS[(parameters ?? '').split(';')[0] ?? ''];
  return final === undefined ? undefined : FINALS[final];
}

function controlName(character: string): string {
  const named = CONTROLS[character];
  if (named !== undefined) return named;
  return `ctrl-${String.fromCharCode(character.charCodeAt(0) + 0x60)}`;
}

function plainKey(character: string): KeyPress {
  if (character < ' ' || character === '\x7f') return { name: controlName(character) };
  return { name: character === ' ' ? 'space' : character, text: character };
}

/** Nobody types so much at once: it was pasted at a terminal that does not mark what is pasted. */
const MOST_TYPED = 1000;

/** Splits what came from the terminal into keys. A sequence that nobody knows is left out whole. */
export function readKeys(input: string): Reading {
  const keys: KeyPress[] = [];
  let rest = input;
  while (rest !== '') {
    if (rest.startsWith(PASTE_START)) {
      const end = rest.indexOf(PASTE_END);
      if (end < 0) return { keys, rest };
      keys.push({ name: 'paste', text: rest.slice(PASTE_START.length, end) });
      rest = rest.slice(end + PASTE_END.length);
    } else if (rest.startsWith('\x1b')) {
      const match = SEQUENCE.exec(rest);
      if (match === null) {
        if (UNFINISHED.test(rest)) return { keys, rest };
        keys.push({ name: 'escape' });
        rest = rest.slice(1);
        continue;
      }
      const name = sequenceName(match);
      if (name !== undefined) keys.push({ name });
      rest = rest.slice(match[4] === '\x1b' ? 1 : match[0].length);
      if (match[4] === '\x1b') keys.push({ name: 'escape' });
    } else {
      const end = rest.indexOf('\x1b');
      const plain = end < 0 ? rest : rest.slice(0, end);
      if (plain.length > MOST_TYPED) keys.push({ name: 'paste', text: plain });
      else for (const character of plain) keys.push(plainKey(character));
      rest = rest.slice(plain.length);
    }
  }
  return { keys, rest };
}

/** Long enough for a sequence that is split on its way, short enough for a lone Esc. */
const ESCAPE_MS = 30;
const MAX_PASTE = 100_000;

/** Turns chunks of input into keys; Esc alone is a key when nothing follows it. */
export function createKeyReader(onKey: (key: KeyPress) => void): (chunk: string) => void {
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  const lone = () => {
    if (rest.startsWith(PASTE_START) && rest.length < MAX_PASTE) return;
    if (rest === '\x1b') onKey({ name: 'escape' });
    rest = '';
  };
  return (chunk) => {
    clearTimeout(timer);
    const reading = readKeys(rest + chunk);
    rest = reading.rest;
    for (const key of reading.keys) onKey(key);
    if (rest !== '') timer = setTimeout(lone, ESCAPE_MS);
  };
}
