import type { Options } from '../command/options.ts';
import { isPipe } from '../output/open-output.ts';
import { captureReport } from '../output/pcapng/report.ts';
import type { Report } from '../output/report.ts';
import type { Privacy } from '../private/privacy.ts';
import { machine, say } from './context.ts';
import { ownVersion } from './own-version.ts';

/** What writes a capture file that begins now. */
export function captureFileOf(
  { filter, pcapng, pcapngAll: every }: Options,
  privacy: Privacy | null,
): Report<Buffer> {
  const facts = {
    every,
    filter: filter.text,
    host: privacy?.text('host', machine.host()) ?? machine.host(),
    os: `Linux ${machine.kernel()}`,
    application: `nettop ${ownVersion()}`,
    ownNetns: machine.ownNetns(),
  };
  // who reads a named pipe, such as Wireshark, takes what is said for errors
  const quiet = pcapng !== null && isPipe(pcapng);
  return captureReport(facts, Date.now() * 1000, { say, quiet });
}
