import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from '@wasm-fmt/clang-format';
import { root } from './fresh.mjs';

/** The same clang-format everywhere, whatever the system has. Its rules are bpf/.clang-format, which editors find too. */
const rules = readFileSync(join(root, 'bpf/.clang-format'), 'utf8');

/** The C files of bpf/ that are not formatted, with what they should be. */
export function unformatted() {
  const paths = readdirSync(join(root, 'bpf'), { recursive: true }).filter((path) => /\.[ch]$/.test(path));
  return paths.flatMap((name) => {
    const path = join('bpf', name);
    const text = readFileSync(join(root, path), 'utf8');
    const formatted = format(text, name, rules);
    return formatted === text ? [] : [{ path, formatted }];
  });
}

export function formatAll() {
  for (const { path, formatted } of unformatted()) writeFileSync(join(root, path), formatted);
}
