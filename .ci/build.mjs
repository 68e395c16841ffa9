/** npm run build: sets up what is missing and makes the parts of dist/ whose sources changed. */
import { orExplain } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(() => setUp());
