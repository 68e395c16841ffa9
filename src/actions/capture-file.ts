import type { Options } from '../command/options.ts';
import { isPipe } from '../output/open-output.ts';
import { captureReport } from '../output/pcapng/report.ts';
import type { Report } from '../output/report.ts';
import type { Privacy } from '../private/privacy.ts';
import { machine, say } from './context.ts';
import { ownVersion } from './own-version.ts';

/** Where a recording was made, and when it begins. */
export interface RecordedRun {
  host: string;
  /** The kernel's release. */
  kernel: string;
  ownNetns: number;
  beganUs: number;
}

/** What writes a capture file: of now, or of a recording. */
export function captureFileOf(
  { filter, pcapng, pcapngAll: every }: Options,
  privacy: Privacy | null,
  recorded: RecordedRun | null,
): Report<Buffer> {
  const host = recorded?.host ?? machine.host();
  const facts = {
    every,
    filter: filter.text,
    host: privacy?.text('host', host) ?? host,
    os: `Linux ${recorded?.kernel ?? machine.kernel()}`,
    application: `nettop ${ownVersion()}`,
    ownNetns: recorded?.ownNetns ?? machine.ownNetns(),
    isMade: recorded !== null,
  };
  // who reads a named pipe, such as Wireshark, takes what is said for errors
  const quiet = pcapng !== null && isPipe(pcapng);
  return captureReport(facts, recorded?.beganUs ?? Date.now() * 1000, { say, quiet });
}
