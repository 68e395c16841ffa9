import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dist, root } from './fresh.mjs';
import { run, SetUpError } from './say.mjs';

const processors = {
  x64: { target: 'x86', headers: '/usr/include/x86_64-linux-gnu' },
  arm64: { target: 'arm64', headers: '/usr/include/aarch64-linux-gnu' },
};

/** The objects, one of each bpf/ROOM/ROOM.bpf.c, as parts of dist/. */
export function objects() {
  const rooms = readdirSync(`${root}/bpf`).filter((room) => existsSync(`${root}/${sourceOf(room)}`));
  return rooms.map((room) => ({
    name: `bpf/${room}.bpf.o`,
    sources: ['.ci/bpf.mjs', ...withIncluded(sourceOf(room))],
    make: () => compile(room),
  }));
}

const sourceOf = (room) => `bpf/${room}/${room}.bpf.c`;

/** The file and all of ours that it includes, and these in turn: paths from the top of the tree. */
function withIncluded(file, found = new Set()) {
  if (found.has(file) || !existsSync(`${root}/${file}`)) return found;
  found.add(file);
  for (const [, name] of readFileSync(`${root}/${file}`, 'utf8').matchAll(/^\s*#\s*include\s*"([^"]+)"/gm))
    for (const folder of [dirname(file), 'bpf']) withIncluded(join(folder, name), found);
  return found;
}

/** DWARF is taken out again, BTF stays. Throws SetUpError. */
function compile(room) {
  const object = `bpf/${room}.bpf.o`;
  mkdirSync(`${dist}/bpf`, { recursive: true });
  run(['clang', ...flagsFor(process.arch), '-c', `${root}/${sourceOf(room)}`, '-o', `${dist}/${object}`]);
  run(['llvm-strip', '-g', `${dist}/${object}`]);
  return [object];
}

/** Debian keeps <asm/…> in a folder by processor, where clang does not look when its target is bpf. */
function flagsFor(arch) {
  const processor = processors[arch];
  if (!processor) throw new SetUpError(`nettop has no BPF build for ${arch}`);
  const include = existsSync(processor.headers) ? ['-idirafter', processor.headers] : [];
  return [
    '-g',
    '-O2',
    '-target',
    'bpf',
    '-mcpu=v3',
    `-D__TARGET_ARCH_${processor.target}`,
    '-Wall',
    '-Werror',
    `-I${root}/bpf`,
    ...include,
  ];
}
