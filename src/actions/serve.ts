import type { Options } from '../command/options.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { withoutRights } from './capture.ts';
import { say } from './context.ts';
import { openSource } from './live-source.ts';
import { ownVersion } from './own-version.ts';

/** Metrics for Prometheus, until it is interrupted. */
export async function serve(options: Options, argv: string[]): Promise<number> {
  const code = await withoutRights(argv);
  if (code !== null) return code;
  const served = await import('../serve/serve.ts'); // other commands do without the server and its libraries
  const open = () => openSource(options, say, false);
  await served.serve(open, options, { version: ownVersion(), ...interruptions(), say });
  return 0;
}
