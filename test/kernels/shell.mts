import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { boot } from './machine.ts';
import { cache, kernelOf } from './package.ts';

const [suite = '', script = ''] = process.argv.slice(2);
const ends: (() => void)[] = [];
const t = { after: (f: () => void) => ends.push(f) } as never;
const work = mkdtempSync(`${cache}/run-`);
cpSync('/tmp/wt/core/dist', `${work}/dist`, { recursive: true });
symlinkSync('/work/main/node_modules', `${work}/node_modules`);
const head = readFileSync('/tmp/wt/core/test/kernels/guest.sh', 'utf8').split('"@NODE@"')[0];
writeFileSync(
  `${work}/g.sh`,
  `${head}\nexport N="/usr/bin/node ${work}/dist/cli.js"; cd ${work}\n${readFileSync(script, 'utf8')}\necho o > /proc/sysrq-trigger\nsleep 60\n`,
);
setTimeout(() => {
  for (const f of ends) f();
  process.exit(1);
}, 200_000).unref();
await boot(t, kernelOf(suite), work, `${work}/g.sh`, (line) => console.log(line));
for (const f of ends) f();
rmSync(work, { recursive: true });
process.exit();
