import assert from 'node:assert/strict';
import { test } from 'node:test';

interface Need {
  stage: string;
}

interface Needs {
  needs: Need[];
  familyOf(osRelease: string): string | null;
  installCommands(family: string | null, missing: Need[]): string[][] | null;
}

const needsUrl = new URL('../../.ci/needs.mjs', import.meta.url).href;
const { needs, familyOf, installCommands } = (await import(needsUrl)) as Needs;

const commandFor = (osRelease: string, stage: string) =>
  installCommands(
    familyOf(osRelease),
    needs.filter((need) => need.stage === stage),
  )
    ?.map((command) => command.join(' '))
    .join(' && ') ?? null;

test('each distribution gets its own package names', () => {
  const apt = 'apt-get update && apt-get install -y --no-install-recommends';
  const servers =
    'nghttp2-client nghttp2-server curl wget nginx-light apache2-bin lighttpd haproxy caddy wrk redis-server mariadb-server-core mariadb-client-core bind9-dnsutils unbound dnsmasq-base dnsperf openssh-server sudo prometheus victoria-metrics shellcheck avahi-daemon';
  const cases: [string, string, string | null][] = [
    ['ID=debian\nVERSION_ID="12"\n', 'run', `${apt} libbpf1`],
    ['ID=debian\n', 'build', `${apt} clang llvm libbpf-dev linux-libc-dev`],
    [
      'ID=debian\n',
      'test',
      `${apt} iproute2 nftables tcpdump tshark bpftool ngtcp2-client ngtcp2-server ${servers}`,
    ],
    [
      'ID=ubuntu\nID_LIKE=debian\n',
      'test',
      `${apt} iproute2 nftables tcpdump tshark linux-tools-generic ngtcp2-client ngtcp2-server ${servers}`,
    ],
    ['ID=fedora\n', 'run', 'dnf install -y libbpf'],
    ['ID=fedora\n', 'build', 'dnf install -y clang llvm libbpf-devel kernel-headers'],
    [
      'ID=fedora\n',
      'test',
      'dnf install -y iproute nftables tcpdump wireshark-cli bpftool nghttp2 curl wget nginx lighttpd haproxy caddy wrk redis mariadb-server mariadb bind-utils unbound dnsmasq dnsperf openssh-server sudo ShellCheck avahi',
    ],
    ['ID=debian\n', 'kernels', `${apt} qemu-system-x86 busybox-static cpio xz-utils`],
    ['ID=debian\n', 'demo', `${apt} iproute2 fonts-dejavu-core`],
    ['ID=fedora\n', 'demo', 'dnf install -y iproute-tc dejavu-sans-mono-fonts'],
    ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', 'run', `${apt} libbpf1`],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'run', 'dnf install -y libbpf'],
    ['ID=arch\n', 'run', null],
    ['', 'run', null],
  ];
  for (const [osRelease, stage, command] of cases)
    assert.equal(commandFor(osRelease, stage), command, `${osRelease} ${stage}`);
});
