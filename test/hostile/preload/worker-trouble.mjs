/**
 * Loaded into the built program with `node --import`, in its main thread and in each worker. `WORKER_TROUBLE` says what
 * befalls the worker threads: all of it is real, nothing of the program is replaced but the moment at which it happens.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const [trouble, number = '1'] = (process.env.WORKER_TROUBLE ?? '').split(':');
const openSync = fs.openSync;
let opened = 0;

/** So that the test knows that it came to that. */
function say() {
  fs.writeSync(2, 'trouble\n');
}

/** In a worker: after that many files of its own, in the middle of a batch. */
function afterOpening(files, happen) {
  fs.openSync = (...args) => {
    opened += 1;
    if (opened === files) {
      say();
      happen();
    }
    return openSync(...args);
  };
  syncBuiltinESMExports();
}

if (isMainThread) {
  let left = Number(number);
  process.on('worker', (worker) => {
    worker.once('online', () => {
      left -= 1;
      if (trouble !== 'terminate' || left < 0) return;
      // Sooner or later in its work, a little different for each thread.
      const end = () => {
        say();
        worker.terminate();
      };
      setTimeout(end, 5 + ((left * 13) % 60)).unref();
    });
  });
} else if (trouble === 'memory') {
  afterOpening(3000, () => {
    const hoard = [];
    for (;;) hoard.push(new Array(1_000_000).fill(hoard.length));
  });
} else if (trouble === 'throw') {
  afterOpening(700, () => {
    throw new Error('thrown in the middle of a batch');
  });
} else if (trouble === 'uncaught') {
  afterOpening(700, () => {
    process.nextTick(() => {
      throw new Error('thrown where nobody catches it');
    });
  });
} else if (trouble === 'exit') {
  afterOpening(700, () => process.exit(0));
}
