/** A part without a value that looks like a name. Another may be a value itself, such as a token. */
const FLAG = /^[a-z][a-z_-]{0,19}$/i;
/** A part without a value: what ends it may be the padding of a token. */
const ALONE = /^([^=]*)=*$/;
/** Names of what is a secret whatever it holds, as a whole or as a word of the name. */
const SECRET_WORD =
  /^(pass|pw|key|keys|auth|code|otp|pin|sid|sig|jwt|bearer|cookie|assertion|ticket|nonce|policy|saml\w*)$/i;
/** The same as any part of it. */
const SECRET_PART =
  /passw|passphrase|passcode|pass$|pwd|secret|token|apikey|accesskey|privatekey|(app|auth)(key|code)|oauth|session|sessid|^sign$|signature|hmac|credential|authori[sz]ation/i;
/** What shows by itself that it is one: a JSON Web Token, a field of HTTP, an address with a user. */
const SECRET_VALUE = /(^|\W)(eyJ[\w-]{8,}|bearer\s|basic\s)|:\/\/[^/?#&\s]*@/i;
/** A name within a value, as where an address is one. */
const WITHIN = /(?:^|[?&;#,{\s/|(])["']?([\w.[\]-]{1,64})["']?\s*[=:]/g;
/** Values may be encoded several times over. What is so more often is taken for a secret. */
const MOST_DECODED = 4;
const ENCODED = /%[0-7][\da-f]/i;
const HIDDEN = '…';

/** A query with the names alone: `a=1&b` is `a&b`. */
export function queryNames(query: string): string {
  return query.includes('&') ? query.split('&').map(parameterName).join('&') : parameterName(query);
}

/** A query with the values, but for those that may be credentials: `a=1&token=…`. */
export function queryValues(query: string): string {
  return query.split('&').map(parameterValue).join('&');
}

/** The name of one parameter, also of one of a path. */
export function parameterName(part: string): string {
  const [, alone] = ALONE.exec(part) ?? [];
  if (alone === undefined) return part.slice(0, part.indexOf('='));
  return alone === '' || FLAG.test(alone) ? alone : HIDDEN;
}

/** The same with its value, but for one that may be a credential. */
export function parameterValue(part: string): string {
  const at = part.indexOf('=');
  if (at < 0) return isSecret(part, isSecretValue) ? HIDDEN : part;
  const [name, value] = [part.slice(0, at), part.slice(at + 1)];
  if (parameterName(part) === HIDDEN) return HIDDEN;
  const isHidden = value !== '' && (isSecret(name, isSecretName) || isSecret(value, isSecretValue));
  return isHidden ? `${name}=${HIDDEN}` : part;
}

function isSecret(text: string, isOne: (known: string) => boolean): boolean {
  const known = decoded(text);
  return ENCODED.test(known) || isOne(known);
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
  for (let times = 0; times < MOST_DECODED && ENCODED.test(known); times++)
    known = known.replace(/%([0-7][\da-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return known;
}
