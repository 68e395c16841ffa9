import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dist, root } from './fresh.mjs';
import { run, SetUpError } from './say.mjs';

const processors = {
  x64: { target: 'x86', headers: '/usr/include/x86_64-linux-gnu' },
  arm64: { target: 'arm64', headers: '/usr/include/aarch64-linux-gnu' },
};

/** Compiles each bpf/ROOM/ROOM.bpf.c into dist/bpf; DWARF is taken out again, BTF stays. Throws SetUpError. */
export function compileBpf() {
  const flags = flagsFor(process.arch);
  mkdirSync(`${dist}/bpf`, { recursive: true });
  for (const name of readdirSync(`${root}/bpf`)) {
    const source = `${root}/bpf/${name}/${name}.bpf.c`;
    if (!existsSync(source)) continue;
    const object = `${dist}/bpf/${name}.bpf.o`;
    run(['clang', ...flags, '-c', source, '-o', object]);
    run(['llvm-strip', '-g', object]);
  }
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
