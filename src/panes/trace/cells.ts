import type { Icmp, Inner, Netfilter, PacketRow } from '../../model/model.ts';
import { formatEndpoint } from '../../text/format.ts';

/** What a handshake is read by comes first. */
const FIRST = ['SYN', 'ACK'];

/** "ACK,PSH"; outside TCP the protocol, "-" where there is neither. */
export function formatFlags({ flags, protocol }: PacketRow): string {
  const ordered = [
    ...FIRST.filter((flag) => flags.includes(flag)),
    ...flags.filter((f) => !FIRST.includes(f)),
  ];
  return ordered.join(',') || (protocol === 'tcp' ? '-' : protocol || '-');
}

/** "8/0 id 77 seq 3": type and code, and what an echo has. */
export function formatIcmp({ type, code, id, sequence }: Icmp): string {
  return id === null ? `${type}/${code}` : `${type}/${code} id ${id} seq ${sequence}`;
}

/** "vxlan 42: udp 10.1.0.1:5353 → 10.1.0.2:53", as far as it is known. */
export function formatInner({ tunnel, id, protocol, ...inner }: Inner): string {
  const name = id === null ? tunnel : `${tunnel} ${id}`;
  if (protocol === null) return `${name}: inner headers not read`;
  const end = (address: string | null, port: number | null) =>
    port === null ? address : formatEndpoint(address ?? '', port);
  const source = end(inner.source, inner.sourcePort);
  return `${name}: ${protocol} ${source} → ${end(inner.destination, inner.destinationPort)}`;
}

/** Why and where it was dropped; the kernel may know only one of them. */
function formatDrop({ reason, place }: PacketRow): string {
  return [reason, place && `at ${place}`].filter(Boolean).join(' ');
}

/** "input filter INPUT: drop": where netfilter asks, by which table and chain, and what it says. */
export function formatNetfilter({ hook, table, chain, verdict }: Netfilter): string {
  return `${[hook, table, chain].filter(Boolean).join(' ')}: ${verdict}`;
}

/** What only some packets have, in one line. */
export function formatDetails(row: PacketRow): string {
  const { netfilter, icmp, inner, vlan, mark, netnsName, headers } = row;
  const details = [
    formatDrop(row),
    netfilter && formatNetfilter(netfilter),
    icmp && `icmp ${formatIcmp(icmp)}`,
    inner && formatInner(inner),
    vlan !== null && `vlan ${vlan}`,
    mark !== 0 && `mark 0x${mark.toString(16)}`,
    netnsName && `netns ${netnsName}`,
    headers === 'not linear' && 'headers not linear',
    headers === 'fragment' && 'fragment',
  ];
  return details.filter(Boolean).join(', ');
}
