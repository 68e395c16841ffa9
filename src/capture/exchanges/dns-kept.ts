/** What is kept by `queryKey`, in the order of its coming, and found by the beginning of its key too. */
export class DnsKept<V> extends Map<string, V> {
  /** Keys by far end and number. Most have one: a set costs as much as what is kept. */
  private readonly byNumber = new Map<string, string | Set<string>>();

  /** The key itself; of one that ends behind the number the one that begins so, where it is one alone. */
  find(key: string): string[] {
    if (!key.endsWith(' ')) return this.has(key) ? [key] : [];
    const found = this.byNumber.get(key);
    return typeof found === 'string' ? [found] : [];
  }

  override set(key: string, value: V): this {
    if (!this.has(key)) this.note(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    if (!super.delete(key)) return false;
    const number = numberOf(key);
    const found = this.byNumber.get(number);
    if (!(found instanceof Set)) return this.byNumber.delete(number);
    found.delete(key);
    if (found.size === 1) for (const last of found) this.byNumber.set(number, last);
    return true;
  }

  private note(key: string): void {
    const number = numberOf(key);
    const found = this.byNumber.get(number);
    if (found === undefined) this.byNumber.set(number, key);
    else if (typeof found === 'string') this.byNumber.set(number, new Set([found, key]));
    else found.add(key);
  }
}

/** A key is port, address, number, name, type: no space is in the first three. */
function numberOf(key: string): string {
  const address = key.indexOf(' ') + 1;
  const number = key.indexOf(' ', address) + 1;
  return key.slice(0, key.indexOf(' ', number) + 1);
}
