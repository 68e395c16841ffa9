import { protocolName } from '../../capture/records/packet-headers.ts';
import type { TrafficFlow } from '../../capture/records/traffic-record.ts';

/** Beside those that filters know by name (IANA, Protocol Numbers). */
const NAMES: Readonly<Record<number, string>> = {
  2: 'igmp',
  4: 'ipip',
  33: 'dccp',
  41: 'ipv6',
  46: 'rsvp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  88: 'eigrp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  115: 'l2tp',
  132: 'sctp',
  136: 'udplite',
};
/** IEEE 802 Numbers. */
const ETHER_NAMES: Readonly<Record<number, string>> = { 2054: 'arp', 35020: 'lldp', 33024: 'vlan' };

/** The protocol of IP by name, else its number; without IP the EtherType. */
export function nameOfProtocol({ family, protocol }: TrafficFlow): string {
  if (family !== 0) return NAMES[protocol] ?? protocolName(protocol);
  return ETHER_NAMES[protocol] ?? `ether-${protocol.toString(16).padStart(4, '0')}`;
}
