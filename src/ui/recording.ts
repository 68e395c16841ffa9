import { formatBytes, formatDuration, type Units } from '../text/format.ts';
import { type Segment, segment } from '../text/span.ts';
import type { UiState } from './state.ts';

/** A recording that is made while the screen is shown. */
export interface RecordingState {
  /** Its filter, as it was when it began. */
  filter: string;
  isEnding: boolean;
  bytes: number;
  seconds: number;
}

/** What is told of it: how far it is, or that it has ended, in a sentence. */
export type RecordingTold = { bytes: number; seconds: number } | { ended: string };

/** Who makes it. */
export interface Recorder {
  start(filter: string, tell: (told: RecordingTold) => void): void;
  stop(): void;
}

/** Begins a recording, or ends it. */
export function toggleRecording(state: UiState): UiState {
  const { recording, play, filter, answer, hasMachines } = state;
  if (play) return { ...state, message: 'what is shown is a recording' };
  if (answer?.status.fleet || hasMachines)
    return { ...state, message: 'other machines are not recorded from here: nettop record on each' };
  if (!recording)
    return { ...state, recording: { filter: filter.text, isEnding: false, bytes: 0, seconds: 0 } };
  return { ...state, recording: { ...recording, isEnding: true }, message: 'the recording ends' };
}

export function withRecording(state: UiState, told: RecordingTold): UiState {
  const { recording } = state;
  if ('ended' in told) return { ...state, recording: null, message: told.ended };
  return recording ? { ...state, recording: { ...recording, ...told } } : state; // it has ended
}

/** For the header. */
export function recordingSegments(recording: RecordingState | null, units: Units): Segment[] {
  if (!recording) return [];
  const { bytes, seconds } = recording;
  const short = segment(0, '● rec', 'bad');
  return [{ ...segment(0, `● rec ${formatBytes(bytes, units)} ${formatDuration(seconds)}`, 'bad'), short }];
}
