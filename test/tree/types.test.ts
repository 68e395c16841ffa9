import { test } from 'node:test';
import { assertPasses } from '../fixtures/passes.ts';

test('the types agree', () => assertPasses('tsc', ['-p', '.']));
