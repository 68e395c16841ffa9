import type { CaptureOptions } from '../../attach/capture-options.ts';
import type { Sockets } from '../accounting/sockets.ts';
import { Tracer, type TracerOptions } from './tracer.ts';

/** The trace's programs, with the maps that the accounting side fills. */
export function newTracer(
  { loaded: { object }, haveCookies }: Sockets,
  options: CaptureOptions & Pick<TracerOptions, 'points' | 'allowed'>,
): Tracer {
  return new Tracer({
    ...options,
    owners: object.map('owners'),
    flows: object.map('flows'),
    haveCookies,
  });
}
