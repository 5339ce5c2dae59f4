import { createHmac } from 'node:crypto';

/**
 * What the header `X-Sigsweep-Signature` of a webhook holds: `t=<unix seconds>,v1=<hex>`, where v1 is the HMAC-SHA256 of
 * `<t>.<body>` under the shared secret. A receiver computes it over the bytes it got, compares in constant time, and
 * refuses a `t` that is more than a few minutes old: then nobody can send an old alert again.
 */
export function webhookSignature(secret: string, body: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000);
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
