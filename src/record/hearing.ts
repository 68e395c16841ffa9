import type { Recorder } from './recorder.ts';

/** Those of an object's methods whose answers are written down. */
export function hearing<T extends object, Name extends keyof T & string>(
  recorder: Recorder,
  name: string,
  target: T,
  members: readonly Name[],
): Pick<T, Name> {
  const heard = recorder.listen(name, target);
  return Object.fromEntries(members.map((member) => [member, heard[member]])) as Pick<T, Name>;
}
