/**
 * Keeps to itself what Node says of its own unfinished parts: Node 20 calls the making of Ed25519 keys experimental. Whoever
 * runs the program can do nothing about it, and a line on standard error looks like something that went wrong.
 */
export function passOverExperiments(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const print of printers) print.call(process, warning);
  });
}
