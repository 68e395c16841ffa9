import type { Icmp, Inner, Netfilter, PacketRow } from '../../model/model.ts';
import { array, type Field, number, object, type RecordKind, string, time } from '../../model/record.ts';
import { adviceFor } from '../drops/advice.ts';
import { machineField } from '../machine.ts';

const icmpFields: readonly Field<Icmp>[] = [
  number('type', (icmp) => icmp.type, '`icmp` as a whole is `null` outside ICMP'),
  number('code', (icmp) => icmp.code, '`icmp` as a whole is `null` outside ICMP'),
  number('id', (icmp) => icmp.id, 'of an echo (ping) and its reply', 'for other types'),
  number('sequence', (icmp) => icmp.sequence, 'of an echo (ping) and its reply', 'for other types'),
];

const innerFields: readonly Field<Inner>[] = [
  string(
    'tunnel',
    (inner) => inner.tunnel,
    '`"vxlan"`, `"geneve"`, `"ipip"` (any IP in IP) or `"gre"`; `inner` as a whole is `null` outside a tunnel',
  ),
  number('id', (inner) => inner.id, 'VNI or key', 'where the tunnel has none'),
  string(
    'protocol',
    (inner) => inner.protocol,
    'of the packet in the tunnel',
    'where it is not IP or lies too deep to be read',
  ),
  string(
    'source',
    (inner) => inner.source,
    'of the packet in the tunnel',
    'where it is not IP or lies too deep to be read',
  ),
  number('sourcePort', (inner) => inner.sourcePort, 'its ports', 'where it has none'),
  string(
    'destination',
    (inner) => inner.destination,
    'of the packet in the tunnel',
    'where it is not IP or lies too deep to be read',
  ),
  number('destinationPort', (inner) => inner.destinationPort, 'its ports', 'where it has none'),
];

const netfilterFields: readonly Field<Netfilter>[] = [
  string(
    'hook',
    (netfilter) => netfilter.hook,
    'such as `"input"` and `"drop"`, at netfilter\'s functions; `netfilter` as a whole is `null` elsewhere',
  ),
  string('table', (netfilter) => netfilter.table, 'such as `"filter"` and `"INPUT"`', 'at `nf_hook_slow`'),
  string('chain', (netfilter) => netfilter.chain, 'such as `"filter"` and `"INPUT"`', 'at `nf_hook_slow`'),
  string(
    'verdict',
    (netfilter) => netfilter.verdict,
    'such as `"input"` and `"drop"`, at netfilter\'s functions; `netfilter` as a whole is `null` elsewhere',
  ),
];

/** One object a packet in JSON. */
export const packetRecord: RecordKind<PacketRow> = {
  type: 'packet',
  about: '`nettop trace`',
  fields: [
    time('time', (row) => row.timeUs, 'when the packet passed the function'),
    string('function', (row) => row.function, 'kernel function'),
    string('hook', (row) => row.hook, '`"fentry"`, `"kprobe"` or `"tracepoint"`'),
    string(
      'protocol',
      (row) => row.protocol,
      '`"tcp"`, `"udp"`, `"icmp"`, `"icmp6"`, or the IP protocol\'s number; behind IPv6 extension headers and AH the one that follows them',
    ),
    string(
      'source',
      (row) => row.source,
      'addresses; these and the protocol are `""` where not even the IP header could be read, see `headers`',
    ),
    number(
      'sourcePort',
      (row) => row.sourcePort,
      'port of the sender',
      'outside TCP and UDP, for later fragments, and where the function does not know the port',
    ),
    string(
      'destination',
      (row) => row.destination,
      'addresses; these and the protocol are `""` where not even the IP header could be read, see `headers`',
    ),
    number(
      'destinationPort',
      (row) => row.destinationPort,
      'port of the receiver',
      'outside TCP and UDP, for later fragments, and where the function does not know the port',
    ),
    number(
      'sequence',
      (row) => row.sequence,
      'absolute, as on the wire',
      'outside TCP and where there is no TCP header',
    ),
    number(
      'acknowledgment',
      (row) => row.acknowledgment,
      'absolute, as on the wire',
      'outside TCP and where there is no TCP header',
    ),
    array('flags', (row) => row.flags, 'TCP flags, such as `["SYN","ACK"]`; empty outside TCP'),
    number(
      'length',
      (row) => row.length,
      'IP total length in bytes; at `tcp_retransmit_skb` the payload, and 0 where a function has only a socket',
    ),
    string(
      'interface',
      (row) => row.interface,
      'device; `"#7"` for number 7 of another network namespace, `""` where not known',
    ),
    number('netns', (row) => row.netns, 'inode of the network namespace', 'where not known'),
    string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
    number('cpu', (row) => row.cpu, 'processor'),
    number('pid', (row) => row.pid, 'owner of the socket', 'where not known'),
    string('process', (row) => row.process, 'owner of the socket', 'where not known'),
    number(
      'currentPid',
      (row) => row.currentPid,
      'whoever was running on that processor, which for received packets is a bystander; 0 for nobody',
    ),
    string(
      'currentProcess',
      (row) => row.currentProcess,
      'whoever was running on that processor, which for received packets is a bystander',
      'for nobody, and where it is gone',
    ),
    string(
      'skb',
      (row) => row.skb,
      'address of the packet\'s buffer in hexadecimal, the same at every function that one packet passes; `""` where a function has only a socket',
    ),
    string(
      'packet',
      (row) => row.packet,
      'identity of the packet in hexadecimal, the same for its clones too; `""` where not known',
    ),
    number(
      'hop',
      (row) => row.hop,
      "number of this function on the way of the packet's buffer, from 1; one that is missing was lost",
    ),
    number(
      'sincePreviousMicroseconds',
      (row) => row.deltaUs,
      "since the packet's function before",
      'at its first. 4.29 s at most',
    ),
    number('mark', (row) => row.mark, "the packet's mark, 0 for none"),
    string(
      'destinationMac',
      (row) => row.destinationMac,
      'such as `"02:00:5e:10:00:01"`',
      'where no Ethernet header stands before the packet',
    ),
    number('vlan', (row) => row.vlan, 'VLAN of the outermost tag', 'without one'),
    object('icmp', (row) => row.icmp, icmpFields, 'what an ICMP header says', 'outside ICMP'),
    object('inner', (row) => row.inner, innerFields, 'the packet that a tunnel carries', 'outside a tunnel'),
    string(
      'headers',
      (row) => row.headers,
      '`"complete"`; `"fragment"` for a later fragment, which has no ports; `"not linear"` where headers lie in pages that are not read; `"socket"` where a function knows the socket alone',
    ),
    string(
      'dropReason',
      (row) => row.reason,
      'at `kfree_skb` why the packet was dropped, by the running kernel\'s name, such as `"NO_SOCKET"`',
      'elsewhere, and before Linux 5.17',
    ),
    string(
      'dropPlace',
      (row) => row.place,
      'the function and offset that dropped it, such as `"__udp4_lib_rcv+0x3d4"`',
      'elsewhere, and where the kernel hides its addresses',
    ),
    string(
      'advice',
      (row) => adviceFor(row.reason),
      'what the reason means and what to look at, one line',
      'where there is nothing to say',
    ),
    object(
      'netfilter',
      (row) => row.netfilter,
      netfilterFields,
      'what netfilter says of the packet',
      "at functions that are not netfilter's",
    ),
    array(
      'stack',
      (row) => row.stack,
      'with `--kernel-stack` the functions and offsets that led here, innermost first',
      'without it, and where it could not be kept',
    ),
    machineField,
  ],
};
