export interface HttpTarget {
  form: 'origin' | 'absolute' | 'authority' | 'asterisk';
  /** Of CONNECT, which has none, null. */
  path: string | null;
  /** Behind the `?`, null without one; names alone (`a&b`) unless the values are asked for. */
  query: string | null;
  /** With its port, where the target names it: it goes before the field Host (RFC 9112, 3.2.2). */
  host: string | null;
}

const ABSOLUTE = /^[a-z][a-z\d+.-]{0,31}:\/\/([^/?#]*)(.*)$/i;
/** What is no host shows by what stands behind its colon. */
const HOST = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/;
/** Users of addresses, also of those within an address. */
const USERS = /:\/\/[^/?#&\s]*@/g;
/** What is cut may end in the midst of one. */
const CUT_USER = /:\/\/[^/?#&\s]*$/;
/** A part without `=` that looks like a name. Another may be a value, such as a token. */
const FLAG = /^[a-z][a-z_-]{0,19}$/i;

/**
 * A request's target (RFC 9112, 3.2), which is safe to print already. Names and passwords of users are left out; of
 * one that `isCut` before its host has ended, what is there may be those.
 */
export function parseTarget(target: string, method: string, withValues: boolean, isCut = false): HttpTarget {
  if (method === 'CONNECT')
    return { form: 'authority', path: null, query: null, host: isCut ? null : hostOf(target) };
  const whole = target.includes('://') ? withoutUsers(target, isCut) : target;
  if (target === '*') return { form: 'asterisk', path: '*', query: null, host: null };
  if (target.startsWith('/')) return resource('origin', whole, null, withValues);
  const [, authority, rest = ''] = ABSOLUTE.exec(whole) ?? [];
  if (authority === undefined) return resource('origin', withoutUser(whole), null, withValues);
  const host = isCut && rest === '' ? null : hostOf(authority);
  if (host === null) return { form: 'absolute', path: '…', query: null, host: null };
  return resource('absolute', rest.startsWith('/') ? rest : `/${rest}`, host, withValues);
}

function resource(
  form: HttpTarget['form'],
  text: string,
  host: string | null,
  withValues: boolean,
): HttpTarget {
  const at = text.indexOf('?');
  const path = at < 0 ? text : text.slice(0, at);
  const query = at < 0 ? null : text.slice(at + 1);
  if (withValues) return { form, path, query, host };
  const known = path.includes(';') ? withoutParameters(path) : path;
  return { form, path: known, query: query && names(query), host };
}

/** Such as ;jsessionid=… */
function withoutParameters(path: string): string {
  return path.replace(/;([^=;/]*)=[^;/]*/g, ';$1');
}

function names(query: string): string {
  return query.includes('&') ? query.split('&').map(nameOf).join('&') : nameOf(query);
}

function nameOf(part: string): string {
  const at = part.indexOf('=');
  if (at >= 0) return part.slice(0, at);
  return part === '' || FLAG.test(part) ? part : '…';
}

/** A host with its port, without the user; null: it is none, as a password with a slash in it makes one. */
export function hostOf(authority: string): string | null {
  const host = withoutUser(authority);
  return HOST.test(host) ? host : null;
}

function withoutUsers(target: string, isCut: boolean): string {
  const known = target.replace(USERS, '://');
  return isCut ? known.replace(CUT_USER, '://') : known;
}

function withoutUser(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1);
}
