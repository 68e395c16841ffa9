import { sanitize } from '../../text/text.ts';

/** What a recording says of itself before all else. */
export interface Header {
  /** The version of the nettop that wrote it. */
  nettop: string;
  host: string;
  /** The kernel's release. */
  kernel: string;
  /** Of that run of the kernel, as it says itself; null: not known. */
  boot: string | null;
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs: number;
  /** The filter that was in force, as it was written; '': none. */
  filter: string;
  intervalMs: number;
  /** What names in a filter mean: network namespaces, drop reasons. */
  netns: Record<string, number>;
  reasons: Record<string, number>;
}

const isNumbers = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' && value !== null && Object.values(value).every(Number.isFinite);

/** null: it is none. Its texts are made safe to print. */
export function readHeader(bytes: Buffer): Header | null {
  try {
    const told = JSON.parse(bytes.toString()) as Record<keyof Header, unknown>;
    const { nettop, host, kernel, boot, epochUs, filter, intervalMs, netns, reasons } = told;
    const isHeader =
      [nettop, host, kernel, filter].every((text) => typeof text === 'string') &&
      Number.isFinite(epochUs) &&
      Number.isFinite(intervalMs) &&
      [netns, reasons].every(isNumbers);
    if (!isHeader) return null;
    const safe = (text: unknown) => sanitize(text as string);
    const texts = { nettop: safe(nettop), host: safe(host), kernel: safe(kernel), filter: safe(filter) };
    const known = { ...texts, boot: typeof boot === 'string' ? safe(boot) : null };
    return { ...(told as unknown as Header), ...known };
  } catch {
    return null;
  }
}
