import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { capabilitiesOfUnit } from '../fixtures/packaging.ts';
import { root } from '../fixtures/tool.ts';

const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const UNIT = 'packaging/systemd/nettop.service';
const PLUGIN = 'packaging/kubernetes/kubectl-nettop';
const MANIFEST = 'packaging/kubernetes/nettop.yaml';

/** What the documents of a YAML text are; throws where it is none. */
function documents(yaml: string): Record<string, never>[] {
  return parseAllDocuments(yaml).map((document) => {
    assert.deepEqual([document.errors, document.warnings], [[], []]);
    return document.toJS() as Record<string, never>;
  });
}

/** As systemd and the kernel call them. */
const named = (capabilities: readonly string[]): string[] => capabilities.map((name) => `CAP_${name}`).sort();

const fences = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, body = '']) => body);

test('unit, manifest, plugin and page have the same capabilities, and none is privileged', () => {
  const unit = capabilitiesOfUnit();
  const [, set = ''] = /^CapabilityBoundingSet=(.*)$/m.exec(text(UNIT)) ?? [];
  assert.deepEqual(set.split(' ').sort(), unit);
  const [, daemons] = documents(text(MANIFEST));
  const { spec } = (daemons as never as { spec: { template: { spec: Pod } } }).spec.template;
  const [container] = spec.containers;
  assert.deepEqual(named(container?.securityContext.capabilities.add ?? []), unit);
  const [, json = ''] = /"add": (\[[^\]]*\])/.exec(text(PLUGIN)) ?? [];
  assert.deepEqual(named(JSON.parse(json)), unit);
  const asked = [...text('docs/fleet.md').matchAll(/--cap-add (\w+)/g)].map(([, name = '']) => name);
  assert.deepEqual(named(asked), unit);
  for (const path of [MANIFEST, PLUGIN])
    assert.doesNotMatch(text(path), /privileged"?: *true|Privileged|SYS_ADMIN/, path);
});

interface Pod {
  containers: {
    args: string[];
    ports: { name: string; containerPort: number }[];
    securityContext: { capabilities: { drop: string[]; add: string[] } };
    livenessProbe: Probe;
    readinessProbe: Probe;
  }[];
}

interface Probe {
  httpGet: { path: string; port: string };
}

test('the manifest asks serve at the port that it is told to listen at, where it answers', () => {
  const [, daemons] = documents(text(MANIFEST));
  const { spec } = (daemons as never as { spec: { template: { spec: Pod } } }).spec.template;
  const [container] = spec.containers;
  assert.ok(container);
  const { args, ports, livenessProbe, readinessProbe, securityContext } = container;
  assert.deepEqual(args, ['serve', '--listen', `:${ports[0]?.containerPort}`]);
  assert.deepEqual(securityContext.capabilities.drop, ['ALL']);
  const pages = text('src/serve/pages.ts');
  for (const { httpGet } of [livenessProbe, readinessProbe]) {
    assert.equal(httpGet.port, ports[0]?.name);
    assert.ok(pages.includes(`'${httpGet.path}'`), httpGet.path);
  }
});

test('the configurations on the page are YAML, and the table has fields that records have', () => {
  const page = text('docs/fleet.md');
  const all = fences(page, 'yaml').map(documents);
  assert.ok(all.length >= 3);
  const { properties } = JSON.parse(text('docs/schema/event.json')) as { properties: object };
  const [table = ''] = fences(page, 'sql');
  const columns = [...table.matchAll(/^ {2}(\w+) /gm)].map(([, name = '']) => name);
  assert.deepEqual(
    columns.filter((name) => !Object.hasOwn(properties, name)),
    ['host'], // which the shipper adds
  );
});

test('the image is built from what its build is given', () => {
  const ignored = text('packaging/container/Containerfile.dockerignore').trim().split('\n');
  assert.equal(ignored[0], '*');
  const given = ignored.slice(1).map((line) => line.replace(/^!/, ''));
  assert.deepEqual(
    given.filter((path) => !existsSync(join(root, path))),
    [],
  );
  const { files } = JSON.parse(text('package.json')) as { files: string[] };
  const packed = files.filter((path) => !path.startsWith('!') && path !== 'dist');
  assert.deepEqual(
    packed.filter((path) => !given.includes(path)),
    [],
  );
});

const isThere = (tool: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));

test('systemd takes the unit, and calls what is exposed little', (t) => {
  if (!isThere('systemd-analyze')) return t.skip('systemd-analyze is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'nettop-unit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'nettop.service');
  writeFileSync(file, text(UNIT));
  const run = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  const { status, stdout, stderr } = run('verify', '--man=no', file);
  assert.deepEqual([status, `${stdout}${stderr}`], [0, '']);
  const security = run('security', '--offline=true', '--no-pager', '--threshold=30', file);
  assert.equal(security.status, 0, security.stdout + security.stderr);
});

test('the plugin is a script of POSIX', (t) => {
  const path = join(root, PLUGIN);
  assert.equal(spawnSync('sh', ['-n', path]).status, 0);
  if (!isThere('shellcheck')) return t.skip('shellcheck is not installed');
  const { status, stdout } = spawnSync('shellcheck', ['--shell=sh', path], { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [0, '']);
});

/** Says with what it was called, a line a call, and tells of a cluster with a pod of nettop, or without. */
const KUBECTL = `#!/bin/sh
printf '%s' "$1" >> "$CALLS"; shift
for word; do printf '|%s' "$word" >> "$CALLS"; done
printf '\\n' >> "$CALLS"
case "$*" in
  *'pod web '*) printf 'node-1 containerd://abc123' ;;
  *'-l app.kubernetes.io/name=nettop '*) printf '%s' "$STANDING" ;;
esac
`;

/** What the plugin calls. kubectl is a stand-in: this shows the arguments and their order, no cluster. */
function calls(t: TestContext, standing: string, args: readonly string[], env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-kubectl-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'kubectl'), KUBECTL);
  chmodSync(join(folder, 'kubectl'), 0o755);
  const CALLS = join(folder, 'calls');
  writeFileSync(CALLS, '');
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  const { status, stderr } = spawnSync('sh', [join(root, PLUGIN), ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH, CALLS, STANDING: standing, ...env },
  });
  return { status, stderr, calls: readFileSync(CALLS, 'utf8') };
}

test('the plugin runs nettop in the node’s pod, else in one of its own that it deletes', (t) => {
  const within = calls(t, 'nettop-x', ['pod/web', '-n', 'shop', 'connections', '--json', 'port 443'], {
    NETTOP_NAMESPACE: 'monitoring',
  });
  assert.deepEqual([within.status, within.stderr], [0, '']);
  assert.match(within.calls, /^--namespace=shop\|get\|pod\|web\|/);
  assert.match(within.calls, /^--namespace=monitoring\|get\|pods\|.*spec\.nodeName=node-1,/m);
  assert.match(within.calls, /^--namespace=monitoring\|exec\|-i\|nettop-x\|-c\|nettop\|--\|sh\|-c\|/m);
  assert.match(within.calls, /\|nettop\|abc123\|connections\|--json\|port 443\n$/);

  const own = calls(t, '', ['node-1', 'doctor'], { NETTOP_IMAGE: 'example/nettop:1' });
  assert.deepEqual([own.status, own.stderr], [0, '']);
  const [, name = ''] = /^run\|([\w-]+)\|--image=example\/nettop:1\|/m.exec(own.calls) ?? [];
  assert.match(own.calls, new RegExp(`^wait\\|--for=condition=Ready\\|pod/${name}\\|`, 'm'));
  assert.match(own.calls, new RegExp(`^exec\\|-i\\|${name}\\|.*\\|nettop\\|\\|doctor$`, 'ms'));
  assert.match(own.calls, new RegExp(`^delete\\|pod\\|${name}\\|`, 'm'));
  const [, overrides = ''] = /--overrides=(\{.*?\n\}\})\n/s.exec(own.calls) ?? [];
  const { spec } = JSON.parse(overrides) as { spec: { nodeName: string; hostPID: boolean } };
  assert.deepEqual([spec.nodeName, spec.hostPID], ['node-1', true]);
});

test('the plugin refuses what is no node, and what would become a part of its commands', (t) => {
  assert.equal(calls(t, '', []).status, 2);
  assert.equal(calls(t, '', ['--json', 'node-1']).status, 2);
  const { status, stderr, calls: made } = calls(t, '', ['a","hostIPC":true,"b":"', 'doctor']);
  assert.deepEqual([status, made], [2, '']);
  assert.match(stderr, /^kubectl nettop: .* is no name of a node\n$/);
  assert.equal(calls(t, '', ['node-1'], { NETTOP_IMAGE: 'x", "y' }).status, 2);
});
