import { describe, expect, it } from 'vitest';
import { keyAddress, lookupOf } from '../../src/keys/address.js';

const QUERY = '?op=get&options=mr&exact=on&search=0xAB';

describe('an address of keys', () => {
  it.each([
    ['hkp://keys.example.org', 'http://keys.example.org:11371/pks/lookup', 'hkp://keys.example.org'],
    ['hkp://keys.example.org:80', 'http://keys.example.org/pks/lookup', 'hkp://keys.example.org:80'],
    ['hkps://keys.example.org', 'https://keys.example.org/pks/lookup', 'hkps://keys.example.org'],
    ['hkps://keys.example.org:8443/', 'https://keys.example.org:8443/pks/lookup', 'hkps://keys.example.org:8443'],
    ['hkp://[2001:db8::1]', 'http://[2001:db8::1]:11371/pks/lookup', 'hkp://[2001:db8::1]'],
    ['hkps://[2001:db8::1]:444', 'https://[2001:db8::1]:444/pks/lookup', 'hkps://[2001:db8::1]:444'],
    ['https://example.org/a/pks/lookup', 'https://example.org/a/pks/lookup', 'https://example.org'],
  ])('%s is a server', (from, url, name) => {
    const address = keyAddress(from);
    expect(address).toMatchObject({ kind: 'server', name });
    expect(lookupOf(address, 'AB').href).toBe(url + QUERY);
  });

  it.each([
    ['https://example.org/all.asc?a=1', 'https://example.org'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
    ['https://example.org/pks/lookup?op=get&search=0xAB', 'https://example.org'],
    ['https://example.org/pks/lookup/', 'https://example.org'],
  ])('%s is a file', (from, name) => {
    expect(keyAddress(from)).toMatchObject({ kind: 'file', url: { href: from }, name });
  });

  it.each([
    ['', 'it is no address'],
    ['keys.example.org', 'it is no address'],
    ['T0P-SECRET example', 'it is no address'],
    ['hkp://[::1', 'it is no address'],
    ['hkp:', 'it names no host'],
    ['hkp:///T0P-SECRET', 'it names no host'],
    ['hkp://a%2fb', 'it names no host'],
    ['hkps://256.256.256.256', 'it names no host'],
    ['ftp://example.org/T0P-SECRET', 'nothing is fetched by ftp:'],
    ['file:///T0P-SECRET', 'nothing is fetched by file:'],
    ['ldap://example.org', 'nothing is fetched by ldap:'],
    ['javascript:T0P-SECRET', 'nothing is fetched by javascript:'],
    ['https://user:T0P-SECRET@example.org/', 'leave out what stands before the @ of example.org'],
    ['https://T0P-SECRET@example.org/', 'leave out what stands before the @ of example.org'],
    ['hkp://user:T0P-SECRET@example.org', 'leave out what stands before the @ of example.org'],
    ['hkp://example.org/T0P-SECRET', 'leave out what stands behind hkp://example.org'],
    ['hkps://example.org/?T0P-SECRET', 'leave out what stands behind hkps://example.org'],
  ])('%j is none, and not repeated', (from, words) => {
    const refusal = expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(words) });
    expect(() => keyAddress(from)).toThrow(refusal);
    expect(() => keyAddress(from)).not.toThrow(/T0P-SECRET/);
  });
});
