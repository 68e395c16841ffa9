import type { Options } from '../command/options.ts';
import type { RowSource } from '../model/question.ts';
import type { Privacy } from '../private/privacy.ts';
import { privately } from '../private/source.ts';

/** What hides addresses and names, where that is asked for; others do without it. */
export async function privacyOf({ isPrivate }: Pick<Options, 'isPrivate'>): Promise<Privacy | null> {
  return isPrivate ? new (await import('../private/privacy.ts')).Privacy() : null;
}

/** The source as it is to be shown. */
export const hidden = (source: RowSource, privacy: Privacy | null): RowSource =>
  privacy ? privately(source, privacy) : source;
