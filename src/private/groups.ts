import type { Pseudonyms } from './pseudonyms.ts';
import { hideText, type Kind } from './texts.ts';

/** What groups are called, by what they are put together by; what is not here is nobody's. */
const KINDS: Readonly<Record<string, Kind>> = {
  host: 'host',
  network: 'address',
  container: 'container',
  unit: 'unit',
  user: 'user',
  path: 'asked',
};
/** Of requests the names of DNS; else of processes. */
const REQUESTS: Readonly<Record<string, Kind>> = { name: 'host' };
/** What requests without a host or a name are put together as. */
const LABELS = new Set(['DNS', 'Redis', 'PostgreSQL', 'MySQL', 'TLS', 'QUIC', 'HTTP', 'HTTP2']);

interface Group {
  by: string;
  key?: string;
  name?: string;
  perSecond?: number;
}

const isLabel = (text: string): boolean =>
  /^[?*]?$/.test(text) || LABELS.has(text) || LABELS.has(text.toUpperCase());

/** `group` of a row: its key and its name. */
export function hideGroup<G extends Group>(group: G, pseudonyms: Pseudonyms): Partial<Group> {
  const { by, key, name } = group;
  const kind = (group.perSecond === undefined ? undefined : REQUESTS[by]) ?? KINDS[by];
  if (kind === undefined) return { ...(key !== undefined && { key }), ...(name !== undefined && { name }) };
  const isFixed = key === '' || key === '?'; // such as those in no container
  const hide = (text: string) => (isFixed || isLabel(text) ? text : hideText(kind, text, pseudonyms));
  return { ...(key !== undefined && { key: hide(key) }), ...(name !== undefined && { name: hide(name) }) };
}

/** A row of processes that are put together: what it is called stands where else the process does. */
export function hideGroupedProcess(
  { key, process, group }: { key: string; process: string; group: Group },
  pseudonyms: Pseudonyms,
): { key: string; process: string } {
  const kind = KINDS[group.by];
  const plain = key.startsWith(`${group.by}:`) ? key.slice(group.by.length + 1) : key;
  const isNobody = plain === '' || plain === '?' || /^\[.*\]$/.test(process);
  if (kind === undefined || isNobody) return { key, process };
  return {
    key: `${group.by}:${hideText(kind, plain, pseudonyms)}`,
    process: hideText(kind, process, pseudonyms),
  };
}
