import { test } from 'node:test';
import { assertPasses } from './passes.ts';

test('format and lint find nothing', () => assertPasses('biome', ['check', '--config-path=.ci/style.json']));
