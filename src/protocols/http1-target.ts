import { parameterName, parameterValue, queryNames, queryValues } from './http1-query.ts';

export interface HttpTarget {
  form: 'origin' | 'absolute' | 'authority' | 'asterisk';
  /** Of CONNECT, which has none, null. */
  path: string | null;
  /** Behind the `?`, null without one; names alone (`a&b`) unless the values are asked for; credentials never. */
  query: string | null;
  /** With its port, where the target names it: it goes before the field Host (RFC 9112, 3.2.2). */
  host: string | null;
}

/** The path with what is shown of its query. */
export const pathOf = ({ path, query }: HttpTarget): string | null =>
  query === null ? path : `${path ?? ''}?${query}`;

const ABSOLUTE = /^[a-z][a-z\d+.-]{0,31}:\/\/([^/?#]*)(.*)$/i;
/** What is no host shows by what stands behind its colon. */
const HOST = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/;
/**
 * Users of addresses, also of those within an address, which may be encoded there. A slash that is encoded as often as
 * those before the user ends it: one that is encoded more often is part of a password.
 */
const USERS = /((?::|%(?:25)*3a)(?:\/|%(?:25)*2f)(\/|%(?:25)*2f))(?:(?!\2)[^/?#&\s])*(?:@|%(?:25)*40)/gi;
/** What is cut may end in the midst of one. */
const CUT_USER = /((?::|%(?:25)*3a)(?:\/|%(?:25)*2f)(\/|%(?:25)*2f))(?:(?!\2)[^/?#&\s])*$/i;
const HAS_ADDRESS = /(\/|%(25)*2f)(\/|%(25)*2f)/i;
/** A JSON Web Token: an object of JSON in Base64, and what signs it. */
const TOKEN = /eyJ[\w-]{8,}(?:\.[\w-]*)*/g;
/** Such as ;jsessionid=… */
const PARAMETER = /;[^=;/]*=[^;/]*/g;

/**
 * A request's target (RFC 9112, 3.2), which is safe to print already. Names and passwords of users are left out; of
 * one that `isCut` before its host has ended, what is there may be those.
 */
export function parseTarget(target: string, method: string, withValues: boolean, isCut = false): HttpTarget {
  if (method === 'CONNECT')
    return { form: 'authority', path: null, query: null, host: isCut ? null : hostOf(target) };
  const whole = HAS_ADDRESS.test(target) ? withoutUsers(target, isCut) : target;
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
  const told = path.includes('eyJ') ? path.replace(TOKEN, '…') : path;
  const known = told.includes(';') ? told.replace(PARAMETER, withValues ? valueTold : nameTold) : told;
  return { form, path: known, query: query && (withValues ? queryValues(query) : queryNames(query)), host };
}

const valueTold = (parameter: string): string => `;${parameterValue(parameter.slice(1))}`;
const nameTold = (parameter: string): string => `;${parameterName(parameter.slice(1))}`;

/** A host with its port, without the user; null: it is none, as a password with a slash in it makes one. */
export function hostOf(authority: string): string | null {
  const host = withoutUser(authority);
  return HOST.test(host) ? host : null;
}

function withoutUsers(target: string, isCut: boolean): string {
  const known = target.replace(USERS, '$1');
  return isCut ? known.replace(CUT_USER, '$1') : known;
}

function withoutUser(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1);
}
