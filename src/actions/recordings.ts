import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Names } from '../filter/value.ts';
import { FrameFile } from '../record/file/frame-file.ts';
import type { Header } from '../record/file/header.ts';
import { type Damage, NoRecordingError } from '../record/file/parser.ts';
import { formatBytes, USUAL_UNITS } from '../text/format.ts';
import { globPattern } from '../text/glob.ts';

/** `path`: by which it is opened. Throws a UsageError where it is no recording that this nettop reads. */
export function openRecording(file: string, path = file): FrameFile {
  try {
    return new FrameFile(path);
  } catch (error) {
    throw recordingError(file, error);
  }
}

/** Why a recording cannot be read, in one line. */
export function recordingError(file: string, error: unknown): Error {
  if (error instanceof NoRecordingError) return new UsageError(`${quote(file)} ${error.message}`);
  const { code, message } = error as NodeJS.ErrnoException;
  return code ? new UsageError(`${quote(file)} cannot be read: ${message.split(',')[0]}`) : (error as Error);
}

/** What names in a filter mean in a recording. Interfaces come and go in it: any name may be one. */
export function namesOf(file: string): Names {
  const recording = openRecording(file);
  const { header } = recording;
  recording.close();
  return recordedNames(header);
}

export function recordedNames(header: Header | null): Names {
  const { netns = {}, reasons = {} } = header ?? {};
  const all = Object.entries(reasons);
  return {
    withoutMachine: () => [],
    netns: (name) => (Object.hasOwn(netns, name) ? (netns[name] ?? null) : null),
    dropReasons(pattern) {
      if (all.length === 0) return null;
      const glob = globPattern(pattern.toUpperCase().replace(/^SKB_DROP_REASON_/, ''));
      return all.filter(([name]) => glob.test(name.toUpperCase())).map(([, number]) => number);
    },
  };
}

/** What of a recording could not be read, as sentences. */
export function damageLines(file: string, { places, bytes, isCut }: Damage): string[] {
  const found: string[] = [];
  if (places > 0)
    found.push(
      `${quote(file)} is damaged in ${places} place${places === 1 ? '' : 's'}: what stood there was passed over`,
    );
  if (isCut)
    found.push(
      `${quote(file)} was cut, or is still being written: it is told up to its last whole second${
        bytes > 0 && places === 0 ? `, without the last ${formatBytes(bytes, USUAL_UNITS)}` : ''
      }`,
    );
  return found;
}
