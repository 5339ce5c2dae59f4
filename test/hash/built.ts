/** The pipeline as built: threads run compiled files only. Its types are those of the sources. */
const built: typeof import('../../src/hash/pipeline.js') = await import(
  new URL('../../dist/src/hash/pipeline.js', import.meta.url).href
);

export const { HashPipeline } = built;
