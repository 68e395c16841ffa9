/**
 * What nettop needs from the system: per need the stage that needs it, how its presence is seen,
 * and the package that brings it, null: there is none. Pure; the probing is in packages.mjs.
 */
export const needs = [
  { stage: 'run', library: 'libbpf.so.1', debian: 'libbpf1', fedora: 'libbpf' },
  { stage: 'build', command: 'clang', debian: 'clang', fedora: 'clang' },
  { stage: 'build', command: 'llvm-strip', debian: 'llvm', fedora: 'llvm' },
  { stage: 'build', header: 'bpf/bpf_helpers.h', debian: 'libbpf-dev', fedora: 'libbpf-devel' },
  { stage: 'build', header: 'linux/bpf.h', debian: 'linux-libc-dev', fedora: 'kernel-headers' },
  { stage: 'test', command: 'ip', debian: 'iproute2', fedora: 'iproute' },
  { stage: 'test', command: 'nft', debian: 'nftables', fedora: 'nftables' },
  { stage: 'test', command: 'tcpdump', debian: 'tcpdump', fedora: 'tcpdump' },
  { stage: 'test', command: 'tshark', debian: 'tshark', fedora: 'wireshark-cli' },
  { stage: 'test', command: 'bpftool', debian: 'bpftool', ubuntu: 'linux-tools-generic', fedora: 'bpftool' },
  { stage: 'test', command: 'gtlsclient', debian: 'ngtcp2-client', fedora: null },
  { stage: 'test', command: 'gtlsserver', debian: 'ngtcp2-server', fedora: null },
  { stage: 'test', command: 'nghttp', debian: 'nghttp2-client', fedora: 'nghttp2' },
  { stage: 'test', command: 'nghttpd', debian: 'nghttp2-server', fedora: null }, // it comes with nghttp there
  { stage: 'test', command: 'curl', debian: 'curl', fedora: 'curl' },
  { stage: 'test', command: 'wget', debian: 'wget', fedora: 'wget' },
  { stage: 'test', command: 'nginx', debian: 'nginx-light', fedora: 'nginx' },
  { stage: 'test', command: 'apache2', debian: 'apache2-bin', fedora: null },
  { stage: 'test', command: 'lighttpd', debian: 'lighttpd', fedora: 'lighttpd' },
  { stage: 'test', command: 'haproxy', debian: 'haproxy', fedora: 'haproxy' },
  { stage: 'test', command: 'caddy', debian: 'caddy', fedora: 'caddy' },
  { stage: 'test', command: 'wrk', debian: 'wrk', fedora: 'wrk' },
  { stage: 'test', command: 'redis-server', debian: 'redis-server', fedora: 'redis' },
  { stage: 'test', command: 'mariadbd', debian: 'mariadb-server-core', fedora: 'mariadb-server' },
  { stage: 'test', command: 'mariadb', debian: 'mariadb-client-core', fedora: 'mariadb' },
  { stage: 'test', command: 'dig', debian: 'bind9-dnsutils', fedora: 'bind-utils' },
  { stage: 'test', command: 'unbound', debian: 'unbound', fedora: 'unbound' },
  { stage: 'test', command: 'dnsmasq', debian: 'dnsmasq-base', fedora: 'dnsmasq' },
  { stage: 'test', command: 'dnsperf', debian: 'dnsperf', fedora: 'dnsperf' },
  { stage: 'test', command: 'sshd', debian: 'openssh-server', fedora: 'openssh-server' },
  { stage: 'test', command: 'sudo', debian: 'sudo', fedora: 'sudo' },
  { stage: 'test', command: 'promtool', debian: 'prometheus', fedora: null },
  { stage: 'test', command: 'victoria-metrics', debian: 'victoria-metrics', fedora: null },
  { stage: 'test', command: 'shellcheck', debian: 'shellcheck', fedora: 'ShellCheck' },
  { stage: 'test', command: 'avahi-daemon', debian: 'avahi-daemon', fedora: 'avahi' },
  {
    stage: 'kernels',
    command: 'qemu-system-x86_64',
    debian: 'qemu-system-x86',
    fedora: 'qemu-system-x86-core',
  },
  { stage: 'kernels', command: 'busybox', debian: 'busybox-static', fedora: 'busybox' },
  { stage: 'kernels', command: 'cpio', debian: 'cpio', fedora: 'cpio' },
  { stage: 'kernels', command: 'xz', debian: 'xz-utils', fedora: 'xz' },
  { stage: 'bench', command: 'nethogs', debian: 'nethogs', fedora: 'nethogs' },
  { stage: 'bench', command: 'nginx', debian: 'nginx-light', fedora: 'nginx' },
  { stage: 'demo', command: 'tc', debian: 'iproute2', fedora: 'iproute-tc' },
  {
    stage: 'demo',
    font: 'DejaVuSansMono.ttf',
    debian: 'fonts-dejavu-core',
    fedora: 'dejavu-sans-mono-fonts',
  },
];

export const nameOf = (need) => need.command ?? need.library ?? need.header ?? need.font;

/** 'debian', 'ubuntu', 'fedora' or null from the text of /etc/os-release: the system itself or what it is like. */
export function familyOf(osRelease) {
  const value = (key) => osRelease.match(new RegExp(`^${key}="?([^"\n]*)"?$`, 'm'))?.[1] ?? '';
  const names = `${value('ID')} ${value('ID_LIKE')}`.split(' ');
  return names.find((name) => ['debian', 'ubuntu', 'fedora'].includes(name)) ?? null;
}

/** The package that brings it; null: the family has none. */
const packageOf = (need, family) => (need[family] === undefined ? need.debian : need[family]);

/** Those of which the family has a package. */
export const installable = (family, missing) =>
  family === null ? missing : missing.filter((need) => packageOf(need, family) !== null);

/** The commands that install what is missing, each as arguments; null where the package manager is not known. */
export function installCommands(family, missing) {
  if (family === null) return null;
  const packages = installable(family, missing).map((need) => packageOf(need, family));
  if (family === 'fedora') return [['dnf', 'install', '-y', ...packages]];
  return [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', '--no-install-recommends', ...packages],
  ];
}
