import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { json } from './json.ts';

/** What --format takes beside text, which is for people. */
export const FORMATS: readonly Format[] = [json, csv];

/** null: text. */
export const formatNamed = (wanted: string): Format | null =>
  FORMATS.find(({ name }) => name === wanted) ?? null;
