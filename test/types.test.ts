import { test } from 'node:test';
import { assertPasses } from './tool.ts';

test('the types agree', () => assertPasses('tsc', ['-p', '.']));
