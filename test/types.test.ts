import { test } from 'node:test';
import { assertPasses } from './passes.ts';

test('the types agree', () => assertPasses('tsc', ['-p', '.']));
