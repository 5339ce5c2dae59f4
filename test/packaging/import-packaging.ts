/**
 * A module of `packaging/`, which is JavaScript.
 * @param path below `packaging/`
 */
// biome-ignore lint/suspicious/noExplicitAny: these modules have no types here; their own are checked where they lie
export async function importPackaging(path: string): Promise<any> {
  return import(new URL(`../../packaging/${path}`, import.meta.url).href);
}
