import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgroupPath, containerOf, isWithin, unitOf } from '../../src/machine/cgroup.ts';

const ID = '0123456789abcdef'.repeat(4);
const OTHER = 'fedcba9876543210'.repeat(4);

test('the path that places a process, in each layout of the hierarchies', () => {
  const layouts: [string, string, string | null][] = [
    ['v2', '0::/system.slice/nginx.service\n', '/system.slice/nginx.service'],
    [
      'v1 with systemd',
      `3:cpu:/\n1:name=systemd:/user.slice/session-2.scope\n`,
      '/user.slice/session-2.scope',
    ],
    ['hybrid', '9:pids:/a\n1:name=systemd:/b\n0::/c\n', '/c'],
    ['hybrid, v2 not in use', '9:pids:/a\n1:name=systemd:/b\n0::/\n', '/b'],
    ['v1 without systemd', `4:memory:/docker/${ID}\n1:name=systemd:/\n`, `/docker/${ID}`],
    ['two controllers on one hierarchy', '2:cpu,cpuacct:/x\n', '/x'],
    ['a colon in the path', '0::/a:b\n', '/a:b'],
    ['the cgroup is gone', '0::/a.service (deleted)\n', '/a.service'],
    ['nowhere', '1:cpu:/\n0::/\n', null],
    ['nonsense', 'x\n::\n', null],
  ];
  assert.deepEqual(
    layouts.map(([what, text]) => [what, text, cgroupPath(text)]),
    layouts,
  );
});

test('the systemd unit of a path', () => {
  const units: [string, string | null][] = [
    ['/system.slice/nginx.service', 'nginx.service'],
    ['/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1.service'],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/app-foo.service', 'app-foo.service'],
    ['/user.slice/user-1000.slice/session-3.scope', 'session-3.scope'],
    ['/user.slice/user-1000.slice', 'user-1000.slice'],
    ['/system.slice/a.service/inner/group', 'a.service'],
    ['/init.scope', 'init.scope'],
    [`/docker/${ID}`, null],
    ['/.service', null],
  ];
  assert.deepEqual(
    units.map(([path]) => [path, unitOf(path)]),
    units,
  );
});

test('the container of a path, by each runtime’s way of naming', () => {
  const told = (path: string) => {
    const found = containerOf(path);
    return found && [found.runtime, found.id ?? found.name];
  };
  const pod = '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podaa_bb.slice';
  const paths: [string, string[] | null][] = [
    [`/system.slice/docker-${ID}.scope`, ['docker', ID]],
    [`/docker/${ID}`, ['docker', ID]],
    [`/docker/${ID}/init`, ['docker', ID]],
    [`/machine.slice/libpod-${ID}.scope/container`, ['podman', ID]],
    [`/libpod_parent/libpod-${ID}`, ['podman', ID]],
    [`/machine.slice/libpod-conmon-${ID}.scope`, null],
    [`${pod}/cri-containerd-${ID}.scope`, ['containerd', ID]],
    [`${pod}/crio-${ID}.scope`, ['cri-o', ID]],
    [`${pod}/crio-conmon-${ID}.scope`, null],
    [`/kubepods/besteffort/pod12-34/${ID}`, ['kubernetes', ID]],
    [`/system.slice/nerdctl-${ID}.scope`, ['containerd', ID]],
    [`/ecs/task/${ID}`, ['container', ID]],
    [`/docker/${OTHER}/kubelet/kubepods/pod1/${ID}`, ['kubernetes', ID]],
    ['/docker/buildkit/ab12cd34ef56gh78ij90kl12m', ['buildkit', 'ab12cd34ef56gh78ij90kl12m']],
    ['/garden/12345678-1234-1234-1234-123456789abc', ['garden', '12345678-1234-1234-1234-123456789abc']],
    ['/lxc.payload.web', ['lxc', 'web']],
    ['/lxc.payload/web/system.slice/a.service', ['lxc', 'web']],
    ['/lxc.monitor.web', null],
    ['/machine.slice/machine-my\\x2dtree.scope/payload', ['nspawn', 'my-tree']],
    ['/machine.slice/systemd-nspawn@tree.service/payload', ['nspawn', 'tree']],
    ['/machine.slice/machine-qemu\\x2d1\\x2dvm.scope', null],
    [`/system.slice/docker-${ID.slice(1)}.scope`, null],
    ['/system.slice/docker.service', null],
    ['/', null],
  ];
  assert.deepEqual(
    paths.map(([path]) => [path, told(path)]),
    paths,
  );
});

test('a cgroup is meant by its path, or by the name of a part of it', () => {
  const path = '/system.slice/nginx.service/workers';
  const cases: [string, boolean][] = [
    ['/system.slice/nginx.service', true],
    ['/system.slice/nginx.service/', true],
    ['/system.slice/nginx', false],
    ['/', true],
    ['nginx.service', true],
    ['workers', true],
    ['nginx', false],
  ];
  for (const [cgroup, expected] of cases) assert.equal(isWithin(path, cgroup), expected, cgroup);
});
