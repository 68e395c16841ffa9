import { TRACE_ASKED } from '../../panes/registry.ts';
import { NO_REPORT, type Report } from '../report.ts';
import { type CaptureFacts, CaptureFile } from './capture-file.ts';

/** What `nettop trace --pcapng` writes. `aside`: for sentences that have no place in the file. */
export function captureReport(
  facts: CaptureFacts,
  startUs: number,
  aside: (line: string) => void,
): Report<Buffer> {
  const file = new CaptureFile(facts, startUs);
  const { every } = facts;
  return {
    ...NO_REPORT,
    answer: () => [],
    views: { frames: { ...TRACE_ASKED, every } },
    stream: 'frames',
    begin: () => [file.begin()],
    rows: (rows) => (rows as Parameters<typeof file.blocks>[0][]).flatMap((frame) => file.blocks(frame)),
    end: (last, timeUs) => {
      const { lost = 0, withoutHeader = 0 } = last.frames ?? {};
      const what = every ? 'sightings' : 'packets';
      aside(`nettop: ${file.frames} ${what} in the capture; ${lost} lost, ${withoutHeader} without a header`);
      return file.end(last, timeUs);
    },
  };
}
