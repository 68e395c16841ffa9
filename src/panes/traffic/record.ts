import {
  boolean,
  type Field,
  number,
  object,
  type RecordKind,
  rate,
  string,
  time,
} from '../../model/record.ts';
import { machineField } from '../machine.ts';
import type { TrafficRow } from './row.ts';

const UNSHARED = 'where the row is not put together by it, or its packets have none';
const text = (value: string): string | null => value || null;

const keyFields: readonly Field<TrafficRow>[] = [
  string(
    'protocol',
    (row) => text(row.protocol),
    'of IP by name or number; without IP `"arp"`, or the EtherType as `"ether-88cc"`',
    UNSHARED,
  ),
  string(
    'localAddress',
    (row) => text(row.localAddress),
    'the end on this machine; where both ends are, or neither is, one of the two, always the same',
    UNSHARED,
  ),
  number('localPort', (row) => row.localPort, 'its port', UNSHARED),
  string('remoteAddress', (row) => text(row.remoteAddress), 'the other end', UNSHARED),
  number('remotePort', (row) => (row.by === 'port' ? null : row.remotePort), 'its port', UNSHARED),
  string('network', (row) => row.network, 'of the other end, such as `"192.0.2.0/24"`', UNSHARED),
  number(
    'port',
    (row) => (row.by === 'port' ? row.remotePort : null),
    'the lower one of the two ports, as that of the server',
    UNSHARED,
  ),
  string('interface', (row) => row.interface, 'device', UNSHARED),
  number('pid', (row) => row.pid, 'owner of the socket; of flows and processes', UNSHARED),
  string('process', (row) => row.process, 'its name', UNSHARED),
  string(
    'cause',
    (row) => row.cause,
    'of `--by process`, why there is no process: `"forwarded"`, neither end is of this machine; `"unowned"`, the kernel\'s own, or not known',
    'elsewhere',
  ),
  number(
    'netns',
    (row) => row.netns,
    'inode of the network namespace; of all but ports, protocols and processes',
    UNSHARED,
  ),
  string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
];

const over10 = 'over the last 10 s';
const over40 = 'over the last 40 s';

/** One object a row in JSON. */
export const trafficRecord: RecordKind<TrafficRow> = {
  type: 'traffic',
  about: '`nettop traffic`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    string(
      'by',
      (row) => row.by,
      'what traffic is put together by: `"flow"`, `"pair"`, `"host"`, `"network"`, `"port"`, `"protocol"`, `"interface"` or `"process"`',
    ),
    object(
      'key',
      (row) => (row.isOther ? null : row),
      keyFields,
      'what its packets have in common',
      'for the one line of packets whose flows found no room in the kernel',
    ),
    boolean('other', (row) => row.isOther, 'its flows found no room in the kernel: `key` is `null`'),
    number('flows', (row) => row.flows, 'flows in it, each once at each device that it passes'),
    number(
      'receivePackets',
      (row) => row.rxPackets,
      'frames that came in at a device, since the command started; what a device makes of several segments counts as those',
    ),
    number('receiveBytes', (row) => row.rxBytes, 'the same in bytes, with link headers'),
    number('transmitPackets', (row) => row.txPackets, 'frames that went out at a device'),
    number('transmitBytes', (row) => row.txBytes, 'the same in bytes, with link headers'),
    rate('receiveBytesPerSecond', (row) => row.rxRate),
    rate('transmitBytesPerSecond', (row) => row.txRate),
    rate('receivePacketsPerSecond', (row) => row.rxPacketRate),
    rate('transmitPacketsPerSecond', (row) => row.txPacketRate),
    rate('receive10sBytesPerSecond', (row) => row.rxRate10, over10),
    rate('transmit10sBytesPerSecond', (row) => row.txRate10, over10),
    rate('receive40sBytesPerSecond', (row) => row.rxRate40, over40),
    rate('transmit40sBytesPerSecond', (row) => row.txRate40, over40),
    rate('peakBytesPerSecond', (row) => row.peak, 'the highest over one interval, both ways together'),
    machineField,
  ],
};

/** Packets that are in no row. */
export const trafficNotCountedRecord: RecordKind<number> = {
  type: 'trafficNotCounted',
  about: '`nettop traffic`, where packets are in no line',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number('packets', (packets) => packets, 'the program ran on that CPU already'),
  ],
};
