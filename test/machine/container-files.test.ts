import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ContainerFiles } from '../../src/machine/container-files.ts';
import { folderOf } from '../fixtures/proc.ts';

const ID = '0123456789abcdef'.repeat(4);
const container = { runtime: 'x', id: ID, name: null, image: null, imageId: null };
const DOCKER = `var/lib/docker/containers/${ID}/config.v2.json`;
const TASK = `run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}/config.json`;
const CRIO = `run/containers/storage/overlay-containers/${ID}/userdata/config.json`;
const STORAGE = 'var/lib/containers/storage/overlay-containers/containers.json';

const web = { Name: '/web', Config: { Image: 'nginx:1.25' }, Image: 'sha256:abc' };
const docker = JSON.stringify(web);
const labels = {
  'io.kubernetes.pod.namespace': 'shop',
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.container.name': 'app',
};
const ofContainerd = {
  'io.kubernetes.cri.sandbox-namespace': 'shop',
  'io.kubernetes.cri.sandbox-name': 'web-0',
  'io.kubernetes.cri.container-name': 'app',
  'io.kubernetes.cri.image-name': 'registry/app:2',
};
const ofCrio = {
  ...labels,
  'io.kubernetes.cri-o.ImageName': 'registry/app:3',
  'io.kubernetes.cri-o.Image': 'fed',
};
const metadata = JSON.stringify({ 'image-name': 'postgres:16', padding: 'x'.repeat(2000) });
const stored = [{ id: 'other', names: ['no'] }, null, { id: ID, names: ['db'], image: 'def', metadata }];

test('name and image, out of each runtime’s files', (t) => {
  const files: [
    path: string,
    content: unknown,
    name: string,
    image: string | null,
    imageId: string | null,
  ][] = [
    [DOCKER, web, 'web', 'nginx:1.25', 'sha256:abc'],
    [DOCKER, { Name: '/k8s_app', Config: { Labels: labels } }, 'shop/web-0/app', null, null],
    [TASK, { annotations: ofContainerd }, 'shop/web-0/app', 'registry/app:2', null],
    [TASK, { annotations: { 'nerdctl/name': 'tool' } }, 'tool', null, null],
    [CRIO, { annotations: ofCrio }, 'shop/web-0/app', 'registry/app:3', 'fed'],
    [STORAGE, stored, 'db', 'postgres:16', 'def'],
  ];
  for (const [path, content, name, image, imageId] of files) {
    const root = folderOf(t, { [path]: JSON.stringify(content) });
    const found = new ContainerFiles(() => 0, root).name(container);
    assert.deepEqual(found, { ...container, name, image, imageId }, path);
  }
});

test('what cannot be read, is no JSON or says something else is no name', (t) => {
  const texts = ['', '{', 'null', '[]', '"x"', '{"Name":7}', '{"Name":"/"}', '{"Name":["a"],"Config":3}'];
  for (const text of texts) {
    for (const path of [DOCKER, TASK, CRIO, STORAGE]) {
      const files = new ContainerFiles(() => 0, folderOf(t, { [path]: text }));
      assert.deepEqual(files.name(container), container, `${path}: ${text}`);
    }
  }
  const folder = folderOf(t, {});
  mkdirSync(join(folder, DOCKER), { recursive: true });
  assert.deepEqual(new ContainerFiles(() => 0, folder).name(container), container, 'a folder');
  rmdirSync(join(folder, DOCKER));
  execFileSync('mkfifo', [join(folder, DOCKER)]);
  assert.deepEqual(new ContainerFiles(() => 0, folder).name(container), container, 'a pipe');
});

test('a name is safe to print and not longer than anybody reads', (t) => {
  const hostile = JSON.stringify({
    Name: `/\x1b[31m${'x'.repeat(1000)}`,
    Config: { Image: 'a\nb' },
  });
  const { name, image } = new ContainerFiles(() => 0, folderOf(t, { [DOCKER]: hostile })).name(container);
  assert.deepEqual([name?.slice(0, 6), name?.length, image], ['␛[31mx', 499, 'a␊b']);
});

test('a container is looked up once; one without files is looked for again after a while', (t) => {
  const folder = folderOf(t, {});
  let nowNs = 0;
  const files = new ContainerFiles(() => nowNs, folder);
  const look = () => files.name(container).name;
  const seen = [look()];
  mkdirSync(join(folder, 'var/lib/docker/containers', ID), { recursive: true });
  writeFileSync(join(folder, DOCKER), docker);
  seen.push(look());
  nowNs = 6e9;
  seen.push(look());
  rmSync(join(folder, 'var'), { recursive: true });
  nowNs = 60e9;
  seen.push(look());
  assert.deepEqual(seen, [null, null, 'web', 'web']);
});
