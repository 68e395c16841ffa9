import type { Machine } from '../machine/machine.ts';
import { NO_READING, type Reading } from '../model/reading.ts';
import type { Source } from '../model/source.ts';
import type { Feed } from './feed.ts';

/** What all parts have to say for the status, put together. */
export class Readings {
  /** Those of the parts, which take long to find out. */
  private warnings: string[] | null = null;

  constructor(
    private readonly parts: readonly Pick<Source, 'reading' | 'warnings'>[],
    private readonly feed: Pick<Feed, 'refused' | 'warnings'>,
    private readonly machine: Pick<Machine, 'nowNs'>,
  ) {}

  /** Once a tick: what takes long is found out anew. */
  refresh(): void {
    this.warnings = null;
  }

  now(): Reading {
    this.warnings ??= [this.feed, ...this.parts].flatMap((part) => part.warnings?.() ?? []);
    const { machine, parts, feed } = this;
    const refused = feed.refused();
    return Object.assign({}, NO_READING, ...parts.map((part) => part.reading?.()), {
      atNs: machine.nowNs(),
      refused,
      warnings: [...refused.map(({ reason }) => reason), ...this.warnings],
    });
  }
}
