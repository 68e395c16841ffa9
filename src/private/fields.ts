import type { Answer } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Kind } from './texts.ts';

/** Names of the members in a type, however deep, that are texts. */
type Texts<T> = T extends string | number | boolean | bigint | null | undefined | Uint8Array
  ? never
  : T extends readonly (infer Item)[]
    ? Texts<Item>
    : {
        [Name in keyof T & string]: string extends Name ? never : Own<Name, T[Name]> | Texts<T[Name]>;
      }[keyof T & string];
type Own<Name, Value> = [Extract<Value, string>] extends [never]
  ? Value extends readonly (infer Item)[]
    ? [Extract<Item, string>] extends [never]
      ? never
      : Name
    : never
  : Name;

/**
 * What each text of an answer or of a row is, by the name of its member, wherever it stands. One that is missing here
 * does not compile; at run time it would be hidden.
 */
export const FIELDS = {
  localAddress: 'address',
  remoteAddress: 'address',
  longestWaitAddress: 'address',
  source: 'address',
  destination: 'address',
  sender: 'address',
  network: 'address',
  remote: 'sentence',
  remoteName: 'host',
  host: 'host',
  named: 'host',
  server: 'host',
  serverName: 'host',
  machine: 'host',
  name: 'name',
  user: 'user',
  interface: 'device',
  destinationMac: 'mac',
  netnsName: 'netns',
  netns: 'netns',
  container: 'container',
  id: 'container',
  image: 'image',
  imageId: 'image',
  unit: 'unit',
  cgroup: 'cgroup',
  path: 'path',
  statement: 'statement',
  answers: 'answer',
  table: 'chain',
  chain: 'chain',
  text: 'rule',
  from: 'name',
  to: 'name',
  filter: 'sentence',
  subject: 'sentence',
  message: 'sentence',
  advice: 'sentence',
  command: 'sentence',
  why: 'sentence',
  reason: 'kept',
  hint: 'sentence',
  problem: 'sentence',
  warnings: 'sentence',
  damage: 'sentence',
  labels: 'name',
  key: 'kept', // never shown but of groups, whose keys are hidden by what they are
  selectedKey: 'kept',
  asked: 'kept',
  group: 'kept',
  process: 'kept',
  currentProcess: 'kept',
  kernel: 'kept',
  attach: 'kept',
  function: 'kept',
  tracepoint: 'kept',
  shownAs: 'kept',
  symbol: 'kept',
  hook: 'kept',
  place: 'kept',
  stack: 'kept',
  skb: 'kept',
  packet: 'kept',
  protocol: 'kept',
  state: 'kept',
  previousState: 'kept',
  flags: 'kept',
  verdict: 'kept',
  error: 'kept',
  cause: 'kept',

  qdisc: 'kept',
  family: 'kept',
  congestionControl: 'kept',
  runtime: 'kept',
  method: 'kept',
  type: 'kept',
  rcode: 'kept',
  outcome: 'kept',
  upgrade: 'kept',
  alpn: 'kept',
  alpnOffered: 'kept',
  version: 'kept',
  versionOffered: 'kept',
  cipher: 'kept',
  alert: 'kept',
  by: 'kept',
  call: 'kept',
  countedBy: 'kept',
  direction: 'kept',
  event: 'kept',
  fault: 'kept',
  field: 'kept',
  filterPlace: 'kept',
  headers: 'kept',
  incomplete: 'kept',
  kind: 'kept',
  newest: 'kept',
  pane: 'kept',
  part: 'kept',
  remoteNameSource: 'kept',
  resetBy: 'kept',
  result: 'kept',
  side: 'kept',
  trace: 'kept',
  transport: 'kept',
  tunnel: 'kept',
  window: 'kept',
} as const satisfies Readonly<Record<Texts<Answer | Streams[keyof Streams]>, Kind>>;

/** Those that are something else within members of these names. */
export const WITHIN: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  dns: { name: 'host' },
  labels: { port: 'kept' },
  container: { name: 'container' },
  interfaces: { name: 'device' },
  about: { command: 'command' },
  refused: { reason: 'sentence' },
  // by what stands beside them: src/private/rows.ts
  group: { name: 'kept' },
  changes: { from: 'kept', to: 'kept' },
};

/** Members whose own members are texts of any name. */
export const ALL_WITHIN: Readonly<Record<string, Kind>> = { evidence: 'sentence', services: 'kept' };
