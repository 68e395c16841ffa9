/**
 * How long an instruction of x86-64 is, and where it leads: Intel SDM volume 2, chapter 2 and appendix A. Those that a
 * compiler of Go writes; one that is not among them is not guessed.
 */
export interface Instruction {
  length: number;
  /** Bytes from its end on to where it may lead; null: to the next one. */
  jump: number | null;
  isReturn: boolean;
}

interface Operands {
  hasModRm: boolean;
  /** Bytes of a value, or of a distance. */
  value: number;
  isJump: boolean;
}

const REX_W = 8;
const OPERAND_SIZE = 0x66;
const PREFIXES = new Set([OPERAND_SIZE, 0xf0, 0xf2, 0xf3, 0x2e, 0x3e, 0x64, 0x65]);
const LONGEST = 15;
const NEAR_RETURN = 0xc3;

const within = (value: number, from: number, to: number): boolean => value >= from && value <= to;

/** null: not known, or cut. */
export function instructionAt(code: Uint8Array, start: number): Instruction | null {
  let at = start;
  let isSmall = false;
  let rex = 0;
  const next = (): number => code[at++] ?? -1;
  let opcode = next();
  for (; PREFIXES.has(opcode); opcode = next()) isSmall ||= opcode === OPERAND_SIZE;
  if (within(opcode, 0x40, 0x4f)) {
    rex = opcode;
    opcode = next();
  }
  const hasPrefix = at - 1 > start;
  let operands: Operands | null;
  if (opcode === 0xc5 || opcode === 0xc4) {
    const map = opcode === 0xc5 ? 1 : (code[at] ?? 0) & 31;
    at += opcode === 0xc5 ? 1 : 2;
    operands = hasPrefix ? null : ofMap(map, next(), false);
  } else if (opcode === 0x0f) {
    const second = next();
    if (second === 0x38) operands = ofMap(2, next(), isSmall);
    else if (second === 0x3a) operands = ofMap(3, next(), isSmall);
    else operands = ofMap(1, second, isSmall);
  } else operands = ofByte(opcode, code[at] ?? 0, isSmall, (rex & REX_W) !== 0);
  if (!operands || (opcode === NEAR_RETURN && hasPrefix)) return null;
  if (operands.hasModRm) at += modRmLength(code, at);
  const { value, isJump } = operands;
  at += value;
  if (at > code.length || at - start > LONGEST) return null;
  return {
    length: at - start,
    jump: isJump ? signed(code, at - value, value) : null,
    isReturn: opcode === NEAR_RETURN,
  };
}

const plain = (value = 0): Operands => ({ hasModRm: false, value, isJump: false });
const modRm = (value = 0): Operands => ({ hasModRm: true, value, isJump: false });
const jump = (value: number): Operands => ({ hasModRm: false, value, isJump: true });

const VALUE = -1;
/** Opcodes of one byte that stand alone: whether a byte names operands, and bytes of the value, VALUE as wide as operands are. */
const SINGLE = new Map<number, Operands>([
  ...[0x63, 0x8d, 0xfe, 0xff].map((opcode) => [opcode, modRm()] as const),
  ...[0x6b, 0x80, 0x83, 0xc0, 0xc1, 0xc6].map((opcode) => [opcode, modRm(1)] as const),
  ...[0x69, 0x81, 0xc7].map((opcode) => [opcode, modRm(VALUE)] as const),
  ...[0x6a, 0xa8].map((opcode) => [opcode, plain(1)] as const),
  ...[0x68, 0xa9].map((opcode) => [opcode, plain(VALUE)] as const),
  ...[0xa4, 0xa5, 0xaa, 0xab, NEAR_RETURN, 0xcc].map((opcode) => [opcode, plain()] as const),
]);

/** Opcodes of one byte; `operand`: the byte behind it. */
function ofByte(opcode: number, operand: number, isSmall: boolean, isWide: boolean): Operands | null {
  const value = isSmall ? 2 : 4;
  if (within(opcode, 0, 0x3f)) {
    const form = opcode & 7;
    if (form < 4) return modRm();
    return form === 4 ? plain(1) : form === 5 ? plain(value) : null;
  }
  if (within(opcode, 0x50, 0x5f) || within(opcode, 0x90, 0x99)) return plain();
  if (within(opcode, 0x70, 0x7f) || opcode === 0xeb) return jump(1);
  if (within(opcode, 0x84, 0x8b) || within(opcode, 0xd0, 0xd3)) return modRm();
  if (within(opcode, 0xb0, 0xb7)) return plain(1);
  if (within(opcode, 0xb8, 0xbf)) return plain(isWide ? 8 : value);
  if (opcode === 0xe8) return isSmall ? null : plain(4);
  if (opcode === 0xe9) return isSmall ? null : jump(4);
  const isTest = ((operand >> 3) & 7) < 2;
  if (opcode === 0xf6) return modRm(isTest ? 1 : 0);
  if (opcode === 0xf7) return modRm(isTest ? value : 0);
  const single = SINGLE.get(opcode);
  return single?.value === VALUE ? { ...single, value } : (single ?? null);
}

/** Opcodes of two bytes (map 1) and three, and those of VEX. */
function ofMap(map: number, opcode: number, isSmall: boolean): Operands | null {
  if (opcode < 0) return null;
  if (map === 2) return modRm();
  if (map === 3) return modRm(1);
  if (map !== 1) return null;
  if (within(opcode, 0x80, 0x8f)) return isSmall ? null : jump(4);
  if (within(opcode, 0xc8, 0xcf) || [0x0b, 0x77, 0xa2].includes(opcode)) return plain();
  if ([0x70, 0x71, 0x72, 0x73, 0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6].includes(opcode)) return modRm(1);
  if (opcode === 0x0d || within(opcode, 0x10, 0x1f) || within(opcode, 0x28, 0x2f)) return modRm();
  if (within(opcode, 0x40, 0x76) || within(opcode, 0x7c, 0x7f) || within(opcode, 0x90, 0x9f)) return modRm();
  if ([0xa3, 0xa5, 0xab, 0xad, 0xae, 0xaf].includes(opcode)) return modRm();
  if (within(opcode, 0xb0, 0xc7) || within(opcode, 0xd0, 0xfe)) return modRm();
  return null;
}

/** The byte that names operands, with what follows it. */
function modRmLength(code: Uint8Array, at: number): number {
  const byte = code[at] ?? 0;
  const mode = byte >> 6;
  const place = byte & 7;
  if (mode === 3) return 1;
  const hasScale = place === 4;
  const base = hasScale ? (code[at + 1] ?? 0) & 7 : place;
  const distance = mode === 1 ? 1 : mode === 2 || base === 5 ? 4 : 0;
  return 1 + (hasScale ? 1 : 0) + distance;
}

function signed(code: Uint8Array, at: number, length: number): number {
  const view = new DataView(code.buffer, code.byteOffset, code.length);
  return length === 1 ? view.getInt8(at) : view.getInt32(at, true);
}
