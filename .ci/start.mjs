/** npm start: sets up what is missing, then becomes nettop in this same process, so signals and the exit code are its own. */
import { root } from './fresh.mjs';
import { orExplain } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(() => setUp());
process.argv[1] = `${root}/dist/cli.js`;
await import(process.argv[1]);
