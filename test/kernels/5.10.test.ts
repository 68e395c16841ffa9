import { testKernel } from './kernel.ts';

testKernel('5.10', 'bullseye');
