import type { WireCount, WireInterface, WireStatus } from '../../model/model.ts';
import {
  type Field,
  number,
  object,
  type RecordKind,
  rate,
  rounded,
  string,
  time,
} from '../../model/record.ts';

/** Packets and bytes each way, of what `countOf` gives: the row itself where it is absent. */
export function packetCounts<R = WireCount>(
  countOf: (row: R) => WireCount = (row) => row as WireCount,
): Field<R>[] {
  return [
    number('receivePackets', (row) => countOf(row).rxPackets, 'frames received'),
    number('receiveBytes', (row) => countOf(row).rxBytes, 'bytes of them'),
    number('transmitPackets', (row) => countOf(row).txPackets, 'frames sent'),
    number('transmitBytes', (row) => countOf(row).txBytes, 'bytes of them'),
  ];
}

/** One object an interface that a packet passed, after the processes. */
export const interfaceRecord: RecordKind<WireInterface> = {
  type: 'interface',
  about: '`nettop processes --wire`, for each interface that a packet passed',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    string('interface', (row) => row.name, 'device; `"#7"` for number 7 of another network namespace'),
    number('netns', (row) => row.netns, 'inode of the network namespace', 'where not known'),
    ...packetCounts<WireInterface>(({ frames }) => frames),
    object(
      'buffers',
      (row) => row.buffers,
      packetCounts(),
      'the same before they are cut into segments: what a device counts that passes large packets on whole',
    ),
    object(
      'device',
      (row) => row.device,
      packetCounts(),
      "the device's own counters over the same time",
      'in another network namespace',
    ),
    object('attributed', (row) => row.attributed, packetCounts(), 'of the frames, those of processes'),
    object('forwarded', (row) => row.causes.forwarded, packetCounts(), 'those between two devices'),
    object(
      'kernel',
      (row) => row.causes.kernel,
      packetCounts(),
      'those of the kernel itself, or that nobody listens for',
    ),
    object(
      'closed',
      (row) => row.causes.closed,
      packetCounts(),
      'those of connections that closed before they were seen',
    ),
    object('other', (row) => row.causes.other, packetCounts(), 'all other frames'),
    rate(
      'bytesPerSecond',
      (row) => row.rate.bytesPerSecond,
      "received and sent, by the device's own counters where there are any, over the last interval",
    ),
    number(
      'attributedShare',
      (row) => (row.rate.share === null ? null : rounded(row.rate.share, 4)),
      'of these, the part of processes, from 0 to 1',
      'where nothing passed',
    ),
  ],
};

/** Only where there are any. */
export const packetsNotCountedRecord: RecordKind<WireStatus> = {
  type: 'packetsNotCounted',
  about: '`nettop processes --wire`, where packets could not be counted',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number(
      'packets',
      (row) => row.lostPackets,
      "frames that are in no other line: the kernel's map had no room, or the program ran on that CPU already, of which no bytes are known",
    ),
    number(
      'bytes',
      (row) => row.lostBytes,
      "frames that are in no other line: the kernel's map had no room, or the program ran on that CPU already, of which no bytes are known",
    ),
  ],
};
