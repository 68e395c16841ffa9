import type { FrameRow } from '../../model/frame.ts';

/** What would end a value, or a line; and the sign that stands before a byte in hexadecimal. */
const SPECIAL = /[\s%\p{C}\p{Z}]/gu;

function escaped(character: string): string {
  const bytes = [...Buffer.from(character)];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** "nettop process=nginx pid=812 …": what is known, in one line that tells its words by spaces. */
export function commentOf({ packet, owner, direction }: FrameRow, netns: string | null): string {
  const values = {
    process: packet.process,
    pid: packet.pid,
    uid: owner?.uid,
    unit: owner?.unit,
    container: owner?.container,
    netns,
    interface: packet.interface,
    dir: direction,
    function: packet.function,
    reason: packet.reason,
    place: packet.place,
  };
  const words = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined || value === ''
      ? []
      : [`${name}=${String(value).replace(SPECIAL, escaped)}`],
  );
  return ['nettop', ...words].join(' ');
}
