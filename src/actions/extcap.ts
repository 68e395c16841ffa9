import { extcapRequest } from '../command/extcap.ts';
import { FilterError } from '../filter/error.ts';
import { readFilter } from '../filter/parser.ts';
import { names } from './context.ts';
import { ownVersion } from './own-version.ts';
import { print } from './print.ts';

/** Answers Wireshark; returns the arguments of the capture that it wants, as nettop has them. Those of others pass. */
export async function extcap(argv: string[]): Promise<string[] | null> {
  const request = extcapRequest(argv, ownVersion());
  if (request === null) return argv;
  if ('argv' in request) return request.argv;
  await print('lines' in request ? request.lines : problemsOf(request.filter));
  return null;
}

function problemsOf(filter: string): string[] {
  try {
    readFilter(filter, names);
    return [];
  } catch (error) {
    if (error instanceof FilterError) return [error.message];
    throw error;
  }
}
