/**
 * What others call a host is their text. Only what may be a host's name is shown (RFC 1123
 * section 2.1, with the underscore that many use), and nothing that reads like an address.
 */
export function isHostName(name: string): boolean {
  const labels = name.split('.');
  if (name.length > 253 || !labels.every((label) => /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/i.test(label)))
    return false;
  return !/^(\d+|0x[\da-f]*)$/i.test(labels.at(-1) ?? '');
}
