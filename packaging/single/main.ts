import { launch } from '../../src/cli/launch.js';

// CommonJS, as it is bundled, has no await here; launch() never throws.
void launch();
