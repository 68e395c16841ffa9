import type { Options } from '../command/options.ts';
import { captureReport } from '../output/pcapng/report.ts';
import type { Report } from '../output/report.ts';
import { machine, say } from './context.ts';
import { ownVersion } from './own-version.ts';

/** What writes a capture file that begins now. */
export function captureFileOf({ filter, pcapngAll: every }: Options): Report<Buffer> {
  const facts = {
    every,
    filter: filter.text,
    host: machine.host(),
    os: `Linux ${machine.kernel()}`,
    application: `nettop ${ownVersion()}`,
    ownNetns: machine.ownNetns(),
  };
  return captureReport(facts, Date.now() * 1000, say);
}
