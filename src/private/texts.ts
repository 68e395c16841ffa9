import { hideAddress, hideDevice, hideHost, hideMac } from './hosts.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { hideSentence } from './sentence.ts';

type Way = (text: string, pseudonyms: Pseudonyms) => string;

/** What a name is hidden as, but for those that are the same on every machine. */
const named =
  (kind: string, kept: RegExp): Way =>
  (text, pseudonyms) =>
    kept.test(text) ? text : pseudonyms.name(kind, text);

const NOTHING = /^[-?*]?$/;
const hideUser = named('user', /^(root|\d+|[-?*]?)$/);
const hideNetns = named('netns', /^\d*$/);
/** Tables and chains that firewalls usually have. */
const hideChain = named(
  'chain',
  /^(filter|nat|mangle|raw|security|firewall|policy|prerouting|input|forward|output|postrouting|ingress|egress|)$/i,
);

/** Of a container by its id: as it is cut where there is no name. */
const ID = /^[\da-f]{64}$/;
const CUT_ID = 12;

/** "name", "namespace/pod/container", or with the image "name (image)". */
function hideContainer(text: string, pseudonyms: Pseudonyms): string {
  if (NOTHING.test(text)) return text;
  const [, plain = '', image] = /^(.*?)(?: \((.*)\))?$/s.exec(text) ?? [];
  if (ID.test(plain)) return hideContainer(plain.slice(0, CUT_ID), pseudonyms);
  const parts = plain
    .split('/')
    .map((part) => (part === '' ? '' : `c-${pseudonyms.code('container', part)}`));
  const name = pseudonyms.remember(plain, parts.join('/'));
  return image === undefined ? name : `${name} (${hideImage(image, pseudonyms)})`;
}

const hideImage = named('image', NOTHING);

/** Those that systemd makes by itself. */
const USUAL_UNIT =
  /^(-|init|system|user|machine|kubepods|user-\d+|session-\d+|user@\d+)\.(slice|scope|service)$/;

/** The kind of unit stays. */
function hideUnit(text: string, pseudonyms: Pseudonyms): string {
  if (text === '' || USUAL_UNIT.test(text)) return text;
  const [, kind = ''] = /(\.[a-z]+)$/.exec(text) ?? [];
  return pseudonyms.remember(text, `unit-${pseudonyms.code('unit', text)}${kind}`);
}

const USUAL_CGROUP = /^(docker|lxc|libpod_parent|buildkit|garden|kubepods|kubelet|)$/;

/** A path, part by part. */
function hideCgroup(text: string, pseudonyms: Pseudonyms): string {
  const parts = text.split('/').map((part) => {
    if (USUAL_CGROUP.test(part)) return part;
    return /\.(slice|scope|service)$/.test(part)
      ? hideUnit(part, pseudonyms)
      : `g-${pseudonyms.code('cgroup', part)}`;
  });
  return parts.join('/');
}

/** Parts that stand for many, as groups of requests have them. */
const FOLDED = /^(\{\w+\}|…|\*|)$/;

/** That of a URL: what lies below one still does. Of its query it stays that there is one. */
function hidePath(text: string, pseudonyms: Pseudonyms): string {
  if (!text.startsWith('/')) return hideHost(text, pseudonyms); // of CONNECT, or "*"
  const [path = '', query] = text.split('?', 2);
  const parts = path.split('/');
  const hidden = parts.map((part, place) =>
    FOLDED.test(part) ? part : `p${pseudonyms.code('path', parts.slice(0, place + 1).join('/'))}`,
  );
  return `${hidden.join('/')}${query === undefined ? '' : '?…'}`;
}

/** What it does stays. */
function hideStatement(text: string, pseudonyms: Pseudonyms): string {
  const [, verb = ''] = /^\s*([A-Za-z]+)/.exec(text) ?? [];
  return `${verb} s-${pseudonyms.code('statement', text)}`.trimStart();
}

/** A command of a database without a statement, or a path. */
const hideAsked: Way = (text, pseudonyms) =>
  text.startsWith('/')
    ? hidePath(text, pseudonyms)
    : /\s/.test(text)
      ? hideStatement(text, pseudonyms)
      : text;

/** Numbers, parameters and tags; what is left out. */
const ANSWER_WORD = /^(\d+|\\#|"…"|…|ech|no-default-alpn|key\d+|issue|issuewild|iodef)$/;

/** Data of a record of DNS, as a zone file writes it. */
function hideAnswer(text: string, pseudonyms: Pseudonyms): string {
  const unquoted = text.replace(/"(?:[^"\\]|\\.)*"/g, '"…"');
  return unquoted
    .split(' ')
    .map((word) => {
      if (ANSWER_WORD.test(word)) return word;
      const [, name = '', values = ''] = /^(\w+)=(.*)$/.exec(word) ?? [];
      if (name === 'alpn' || name === 'port') return word;
      if (name !== '') return `${name}=${values.split(',').map((one) => hideAddress(one, pseudonyms))}`;
      return hideHost(word, pseudonyms);
    })
    .join(' ');
}

/** As nft lists it: names of sets, chains and interfaces, and what is quoted. */
function hideRule(text: string, pseudonyms: Pseudonyms): string {
  const renamed = text
    .replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => `"${hideDevice(inner, pseudonyms)}"`)
    .replace(/@([A-Za-z_][\w/.-]*)/g, (_, set: string) => `@${pseudonyms.name('set', set)}`)
    .replace(
      /\b(jump|goto) ([\w/.-]+)/g,
      (_, verb: string, chain: string) => `${verb} ${hideChain(chain, pseudonyms)}`,
    );
  return hideSentence(renamed, pseudonyms);
}

/** How each kind of text is hidden. */
const WAYS = {
  /** Nobody's: words of the kernel, of protocols and of nettop; names of processes, which are of programs. */
  kept: (text) => text,
  address: hideAddress,
  host: hideHost,
  device: hideDevice,
  mac: hideMac,
  user: hideUser,
  netns: hideNetns,
  container: hideContainer,
  image: hideImage,
  unit: hideUnit,
  cgroup: hideCgroup,
  command: (text, pseudonyms) => (text === '' ? '' : `command-${pseudonyms.code('command', text)}`),
  path: hidePath,
  statement: hideStatement,
  asked: hideAsked,
  answer: hideAnswer,
  chain: hideChain,
  rule: hideRule,
  sentence: hideSentence,
  /** Anything else. */
  name: named('name', NOTHING),
} as const satisfies Readonly<Record<string, Way>>;

export type Kind = keyof typeof WAYS;

export const hideText = (kind: Kind, text: string, pseudonyms: Pseudonyms): string =>
  WAYS[kind](text, pseudonyms);
