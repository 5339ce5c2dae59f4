import { describe, expect, it } from 'vitest';
import { addressInWords, queueAddress } from '../../src/fleet/queue/address.js';

describe('the address of the queue', () => {
  it('says where Redis is and who comes', () => {
    expect(queueAddress('rediss://pbx1:p%40ss@redis.example:6380')).toEqual({
      host: 'redis.example',
      port: 6380,
      tls: true,
      user: 'pbx1',
      password: 'p@ss',
    });
    expect(queueAddress('redis://[::1]')).toMatchObject({ host: '::1', port: 6379, tls: false });
  });

  it('is shown without the password', () => {
    expect(addressInWords(queueAddress('rediss://pbx1:secret@[2001:db8::1]:6380'))).toBe('rediss://[2001:db8::1]:6380');
  });

  it('takes a password from elsewhere first', () => {
    expect(queueAddress('rediss://pbx1:seen@host', { password: 'kept' })).toMatchObject({ password: 'kept' });
  });

  it('in clear leads to this machine alone, unless somebody says otherwise', () => {
    for (const address of ['redis://192.0.2.1', 'redis://redis.example:6379', 'redis://localhost.example']) {
      expect(() => queueAddress(address)).toThrow(/without TLS .* use rediss:\/\/, or say --insecure$/);
      expect(queueAddress(address, { insecure: true })).toMatchObject({ tls: false });
    }
    for (const address of ['redis://localhost', 'redis://127.3.2.1:7000', 'redis://[::1]:1']) {
      expect(queueAddress(address)).toMatchObject({ tls: false });
    }
  });

  it.each([
    '',
    'redis',
    'http://host',
    'rediss://',
    'rediss://host/name',
    'rediss://host/2',
    'rediss://a:%zz@host',
    'rediss://host?tls=no',
  ])('refuses %j, and does not repeat it', (text) => {
    expect(() => queueAddress(text)).toThrow(/^this is no address of Redis: give rediss:/);
  });
});
