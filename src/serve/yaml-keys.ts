import { quote } from '../filter/error.ts';

/** A map of YAML, taken key by key: what is left at the end is a slip. */
export class Keys {
  private readonly left: Map<string, unknown>;

  /** `path`: where it stands; `stop` throws. */
  constructor(
    value: unknown,
    private readonly path: string,
    private readonly stop: (problem: string) => never,
  ) {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.left = new Map(isMap ? Object.entries(value) : this.fail('is no map of keys'));
  }

  fail(problem: string): never {
    return this.stop(this.path === '' ? problem : `${this.path}: ${problem}`);
  }

  names(): string[] {
    return [...this.left.keys()];
  }

  map(name: string): Keys | null {
    const value = this.take(name);
    const path = this.path === '' ? name : `${this.path}.${name}`;
    return value === null ? null : new Keys(value, path, this.stop);
  }

  text(name: string): string | null {
    const value = this.take(name);
    if (value === null || typeof value === 'string') return value || null;
    return this.fail(`${name} is no text`);
  }

  truth(name: string): boolean | null {
    const value = this.take(name);
    if (value === null || typeof value === 'boolean') return value;
    return this.fail(`${name} is neither true nor false`);
  }

  texts(name: string): string[] {
    const value = this.take(name) ?? [];
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
    return this.fail(`${name} is no list of texts`);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.text(name);
    if (value === null) return null;
    const choice = choices.find((one) => one === value);
    return choice ?? this.fail(`${name}: ${quote(value)} is not one of ${choices.join(', ')}`);
  }

  /** All was taken. */
  end(): void {
    const [stray] = this.left.keys();
    if (stray !== undefined) this.fail(`there is no key ${quote(stray)}`);
  }

  private take(name: string): unknown {
    const value = this.left.get(name) ?? null;
    this.left.delete(name);
    return value;
  }
}
