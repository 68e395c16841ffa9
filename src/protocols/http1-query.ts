/** A part without `=` that looks like a name. Another may be a value, such as a token. */
const FLAG = /^[a-z][a-z_-]{0,19}$/i;
/** Names of what is a secret whatever it holds, as a whole or as a word of the name. */
const SECRET_WORD =
  /^(pass|pw|pwd|key|keys|auth|code|otp|pin|sid|sig|jwt|bearer|cookie|assertion|ticket|nonce|policy|saml\w*)$/i;
/** The same as any part of it. */
const SECRET_PART =
  /passw|passphrase|passcode|secret|token|apikey|accesskey|privatekey|oauth|session|sessid|signature|credential|authori[sz]ation/i;
/** What shows by itself that it is one: a JSON Web Token, a field of HTTP, an address with a user. */
const SECRET_VALUE = /(^|\W)(eyJ[\w-]{8,}|bearer\s|basic\s)|:\/\/[^/?#&\s]*@/i;
/** A name within a value, as where an address is one. */
const WITHIN = /(?:^|[?&;#,{\s])["']?([\w.[\]-]{1,64})["']?\s*[=:]/g;
/** Values may be encoded several times over. */
const MOST_DECODED = 4;
const HIDDEN = '…';

/** A query with the names alone: `a=1&b` is `a&b`. */
export function queryNames(query: string): string {
  return query.includes('&') ? query.split('&').map(nameOf).join('&') : nameOf(query);
}

/** A query with the values, but for those that may be credentials: `a=1&token=…`. */
export function queryValues(query: string): string {
  return query.split('&').map(parameterValue).join('&');
}

function nameOf(part: string): string {
  const at = part.indexOf('=');
  if (at >= 0) return part.slice(0, at);
  return part === '' || FLAG.test(part) ? part : HIDDEN;
}

/** The same for one parameter, also for one of a path. */
export function parameterValue(part: string): string {
  const at = part.indexOf('=');
  const [name, value] = at < 0 ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
  if (value === '' || !(isSecretName(decoded(name)) || isSecretValue(decoded(value)))) return part;
  return at < 0 ? HIDDEN : `${name}=${HIDDEN}`;
}

function isSecretName(name: string): boolean {
  if (SECRET_PART.test(name.replace(/[^a-z\d]/gi, ''))) return true;
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .some((word) => SECRET_WORD.test(word));
}

function isSecretValue(value: string): boolean {
  if (SECRET_VALUE.test(value)) return true;
  return [...value.matchAll(WITHIN)].some(([, name = '']) => isSecretName(name));
}

/** Of what is no text once it is decoded, what is there. */
function decoded(text: string): string {
  let known = text.replaceAll('+', ' ');
  for (let times = 0; times < MOST_DECODED && known.includes('%'); times++)
    known = known.replace(/%([0-7][\da-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return known;
}
