import type { Inspection, PacketRow } from '../../model/model.ts';
import { hostName, type Names, tellEndpoint } from '../../model/names.ts';
import { formatTimestamp } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { dropFields, type Field, known, netnsField, owner, UNKNOWN } from '../fields.ts';
import { formatIcmp, formatInner, formatNetfilter } from './cells.ts';

type PacketInspection = Extract<Inspection, { pane: 'trace' }>;

const HEADERS: Record<PacketRow['headers'], string> = {
  complete: '',
  fragment: 'a later fragment: no ports',
  'not linear': 'in pages of the buffer, not read',
  'not built': 'no header yet: addresses are the socket’s',
  socket: 'not read, the function knows the socket alone',
};

/** All that is known of a packet at a function; what most packets do not have only where it is there. */
export function packetFields(inspection: PacketInspection, width: number, names: Names): Field[] {
  const { row } = inspection;
  const end = (address: string, port: number | null) => tellHost(names, row.protocol, address, port);
  return [
    ['kernel function', `${row.function} (${row.hook})`],
    ['time', formatTimestamp(row.timeUs)],
    ...dropFields(row, width),
    ...given('netfilter', row.netfilter && formatNetfilter(row.netfilter)),
    ...given('headers', HEADERS[row.headers]),
    ['protocol', known(row.protocol)],
    ['source', known(end(row.source, row.sourcePort))],
    ['destination', known(end(row.destination, row.destinationPort))],
    ...given('icmp', row.icmp && formatIcmp(row.icmp)),
    ...given('tunnel', row.inner && formatInner(row.inner)),
    ...transportFields(inspection),
    ['IP length', `${row.length} bytes`],
    ...given('destination MAC', row.destinationMac),
    ...given('VLAN', row.vlan),
    ...given('mark', row.mark === 0 ? null : `0x${row.mark.toString(16)}`),
    ['interface', known(row.interface)],
    netnsField(row),
    [
      'cpu',
      row.currentPid === 0
        ? `${row.cpu}`
        : `${row.cpu}  running ${owner(row.currentPid, row.currentProcess)}`,
    ],
    ['process', owner(row.pid, row.process)],
    ['skb', row.packet === '' ? known(row.skb) : `${known(row.skb)}  packet ${row.packet} hop ${row.hop}`],
    ['event', row.key],
  ];
}

function tellHost(names: Names, protocol: string, address: string, port: number | null): string {
  if (port !== null) return tellEndpoint(names, protocol, address, port);
  const name = hostName(names, address);
  return name === null ? address : `${address}  ${name}`;
}

function transportFields({ row, ...more }: PacketInspection): Field[] {
  if (row.protocol !== 'tcp') return [];
  const relative = (value: number | null) => (value === null ? '' : `  relative ${value}`);
  return [
    ['flags', known(row.flags.join(' '))],
    ['sequence', known(row.sequence) + relative(more.relativeSequence)],
    ['acknowledgment', known(row.acknowledgment) + relative(more.relativeAcknowledgment)],
    ['next sequence', known(more.nextSequence)],
    ['payload', more.payload === null ? UNKNOWN : `${more.payload} bytes`],
  ];
}

function given(label: string, value: string | number | null): Field[] {
  return value === null || value === '' ? [] : [[label, String(value)]];
}

/** The functions that led to the one that the packet was seen at; none where they were not asked for. */
export function stackLines(stack: readonly string[] | null): Line[] {
  if (stack === null) return [];
  return [
    [],
    [{ text: 'Kernel stack', tone: 'strong' }],
    ...stack.map((place): Line => [{ text: `  ${place}` }]),
  ];
}
