/** The code by which something is explained that a finding is: `unlisted code` → `unlisted-code`, `module revoked` → `revoked`. */
export function codeOf(what: string): string {
  return what.replace(/^module /, '').replace(' ', '-');
}
