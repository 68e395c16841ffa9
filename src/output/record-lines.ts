import type { Status } from '../model/model.ts';
import type { RecordKind } from '../model/record.ts';
import type { Format } from './formats/format.ts';
import { summaryRecord } from './summary-record.ts';

/** Records of one kind in a format, and what comes beside them: there where the format mixes, else aside in words. */
export class RecordLines {
  constructor(
    private readonly format: Format,
    private readonly unjudged: readonly string[],
    private readonly aside: (line: string) => void,
  ) {}

  header<R>(kind: RecordKind<R>): string[] {
    return this.format.header(kind);
  }

  row<R>(kind: RecordKind<R>, row: R, timeUs: number): string {
    return this.format.line(kind, row, timeUs);
  }

  beside<R>(kind: RecordKind<R>, row: R, words: readonly string[], timeUs: number): string[] {
    if (this.format.mixes) return [this.row(kind, row, timeUs)];
    for (const line of words) this.aside(`nettop: ${line}`);
    return [];
  }

  /** Where the format does not mix the run's closing line says it. */
  summary(status: Status, timeUs: number): string[] {
    return this.beside(summaryRecord, { status, unjudged: this.unjudged }, [], timeUs);
  }
}
