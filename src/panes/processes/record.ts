import type { Container, ProcessRow, WireFigures } from '../../model/model.ts';
import { type Field, number, object, type RecordKind, rate, string, time } from '../../model/record.ts';
import { machineField } from '../machine.ts';
import { packetCounts } from './wire-record.ts';

const containerFields: readonly Field<Container>[] = [
  string(
    'runtime',
    (container) => container.runtime,
    '`"docker"`, `"podman"`, `"containerd"`, `"cri-o"`, `"kubernetes"`, `"lxc"`, `"nspawn"`, `"buildkit"`, `"garden"`, or `"container"` where the path does not say; `container` as a whole is `null` outside a container',
  ),
  string(
    'id',
    (container) => container.id,
    '`null` for lxc and nspawn, which go by names',
    'for lxc and nspawn, which go by names',
  ),
  string(
    'name',
    (container) => container.name,
    'as its runtime calls it, in Kubernetes namespace/pod/container',
    "where the runtime's files do not say",
  ),
  string('image', (container) => container.image, 'containerd tells no id', 'as for the name'),
  string('imageId', (container) => container.imageId, 'containerd tells no id', 'as for the name'),
];

export const wireFields: readonly Field<WireFigures>[] = [
  ...packetCounts<WireFigures>(),
  rate('receiveBytesPerSecond', (wire) => wire.rxRate),
  rate('transmitBytesPerSecond', (wire) => wire.txRate),
  object('tcp', (wire) => wire.protocols.tcp, packetCounts(), 'of these frames, TCP'),
  object('udp', (wire) => wire.protocols.udp, packetCounts(), 'of these frames, UDP'),
  object('icmp', (wire) => wire.protocols.icmp, packetCounts(), 'of these frames, ICMP and ICMPv6'),
  object('other', (wire) => wire.protocols.other, packetCounts(), 'of these frames, all else'),
];

/** One object a process, or a group of them, in JSON. */
export const processRecord: RecordKind<ProcessRow> = {
  type: 'process',
  about: '`nettop processes`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number('pid', (row) => row.pid || null, 'process id', 'for traffic without a process'),
    string(
      'process',
      (row) => row.process,
      'its name; for traffic without a process `"[forwarded]"`, `"[kernel]"`, `"[closed]"` or `"[other]"`',
    ),
    string('user', (row) => row.user, 'user by name, or by number where there is no name'),
    number('connections', (row) => row.connections, 'TCP connections that are open'),
    number('receiveBytes', (row) => row.rxBytes, 'payload since nettop started'),
    number('transmitBytes', (row) => row.txBytes, 'payload since nettop started'),
    rate('receiveBytesPerSecond', (row) => row.rxRate),
    rate('transmitBytesPerSecond', (row) => row.txRate),
    number(
      'parentPid',
      (row) => row.about.parentPid,
      'the process that started it, or adopted it since',
      'where it ended before it could be read',
    ),
    string(
      'command',
      (row) => row.about.command,
      'command line, at most 4096 bytes; `""` for the kernel\'s own',
      'as for `parentPid`',
    ),
    string(
      'cgroup',
      (row) => row.about.cgroup,
      'path of its cgroup',
      'in the root cgroup, and as for `parentPid`',
    ),
    string(
      'unit',
      (row) => row.about.unit,
      "systemd's innermost service or scope, else slice, in that path",
      'where there is none',
    ),
    object(
      'container',
      (row) => row.about.container,
      containerFields,
      'the container that it runs in',
      'outside a container',
    ),
    object('wire', (row) => row.wire, wireFields, 'frames on the wire', 'without `--wire`'),
    machineField,
  ],
};
