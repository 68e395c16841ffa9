import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

/** kernel/bpf/verifier.c, check_max_stack_depth: what a call chain may keep, each frame rounded up. */
const MOST_BYTES = 512;
const ROUNDED_TO = 32;
const INSTRUCTION_BYTES = 8;

interface Body {
  bytes: number;
  /** Names, or places in .text. */
  calls: Set<string>;
}

const objects = join(root, 'dist/bpf');
for (const object of readdirSync(objects).filter((name) => name.endsWith('.o')))
  test(`${object}: no chain of calls keeps more on the stack than any kernel takes`, () => {
    const bodies = bodiesOf(join(objects, object));
    assert.ok(bodies.size > 0);
    const tooDeep = [...bodies.keys()]
      .map((name) => ({ name, bytes: deepest(bodies, name) }))
      .filter(({ bytes }) => bytes > MOST_BYTES);
    assert.deepEqual(tooDeep, []);
  });

/** Newer kernels give some programs a stack of their own for each function: what others refuse loads there. */
function deepest(bodies: Map<string, Body>, name: string): number {
  const body = bodies.get(name);
  if (!body) throw new Error(`${name} is called and not there`);
  const below = [...body.calls].map((called) => deepest(bodies, called));
  return Math.ceil(Math.max(body.bytes, 1) / ROUNDED_TO) * ROUNDED_TO + Math.max(0, ...below);
}

/** The functions of an object, by name and by place in .text: how far each reaches below its frame, and which it calls. */
function bodiesOf(path: string): Map<string, Body> {
  const options = { encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const listing = spawnSync('llvm-objdump', ['-d', '-r', path], options);
  assert.equal(listing.status, 0, listing.stderr);
  const bodies = new Map<string, Body>();
  let section = '';
  let body: Body = { bytes: 0, calls: new Set() };
  let call: [at: number, target: number] | null = null;
  for (const line of listing.stdout.split('\n')) {
    section = line.match(/^Disassembly of section (.+):/)?.[1] ?? section;
    const [, place, name] = line.match(/^([0-9a-f]+) <(?!LBB)(.+)>:/) ?? [];
    if (place && name) {
      body = { bytes: 0, calls: new Set() };
      bodies.set(name, body);
      if (section === '.text') bodies.set(placed(Number.parseInt(place, 16) / INSTRUCTION_BYTES), body);
    }
    body.bytes = Math.max(body.bytes, reach(line));
    /* BPF_CALL with BPF_PSEUDO_CALL: to what the next line names, or the place there; else counted from here */
    const called = line.match(/R_BPF_64_32\s+(\S+)/)?.[1];
    if (call)
      body.calls.add(
        called && called !== '.text' ? called : placed(called ? call[1] + 1 : call[0] + call[1] + 1),
      );
    const [, at, target] = line.match(/^\s*(\d+):\s+85 10 .*\bcall (-?\w+)/) ?? [];
    call = at ? [Number(at), Number(target)] : null;
  }
  return bodies;
}

function placed(instruction: number): string {
  return `.text + ${instruction}`;
}

/** Bytes below the frame pointer that an instruction touches, or takes the address of. */
function reach(line: string): number {
  const [, touched, taken] = line.match(/r10 - (\w+)|r\d+ \+= -(\w+)/) ?? [];
  const bytes = Number(touched ?? taken ?? 0);
  return bytes <= MOST_BYTES ? bytes : 0;
}
