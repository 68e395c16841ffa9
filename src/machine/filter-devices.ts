import type { Machine } from './machine.ts';

/** Interfaces that a filter names, and the numbers that the kernel's table has for them. */
export class FilterDevices {
  private readonly numbers = new Map<string, number | null>();

  constructor(private readonly find: Machine['interfaceIndex']) {}

  /** Forgets those of the filter before; the returned function looks up those of the new one. */
  begin(): (name: string) => number | null {
    this.numbers.clear();
    return (name) => {
      const number = this.find(name);
      this.numbers.set(name, number);
      return number;
    };
  }

  /** The kernel compares a number, which another network namespace uses again. */
  get none(): boolean {
    return this.numbers.size === 0;
  }

  /** One came, went, was renamed, or was made again: the table's number is no longer its own. */
  changed(): boolean {
    for (const [name, number] of this.numbers) if (this.find(name) !== number) return true;
    return false;
  }
}
