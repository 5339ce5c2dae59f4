import { expect, it } from 'vitest';
import { parseXml } from '../../src/publish/parse-xml.js';

it('of very many references that are no characters the first is told: each took as long as the document is', async () => {
  const problems: string[] = [];
  const xml = `<module>\n${'&#1;\n'.repeat(700_000)}</module>`;
  expect(await parseXml(Buffer.from(xml), (problem) => problems.push(problem))).toBeNull();
  expect(problems).toEqual(['line 2: &#1; is no character']);
});
