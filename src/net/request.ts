import { type ClientRequest, type RequestOptions, request as requestHttp, STATUS_CODES } from 'node:http';
import { request as requestHttps } from 'node:https';
import { TOOL } from '../tool.js';

/** This program, as it names itself to servers. */
export const USER_AGENT = `${TOOL.name}/${TOOL.version}`;

/** Begins a request on a connection of its own, which follows nothing; with TLS where the address says so. */
export function beginRequest(url: URL, options: RequestOptions & { readonly ca?: string }): ClientRequest {
  const own = { ...options, agent: false } as const;
  // Said here, the environment's NODE_TLS_REJECT_UNAUTHORIZED does not count.
  return url.protocol === 'https:' ? requestHttps(url, { ...own, rejectUnauthorized: true }) : requestHttp(url, own);
}

/** `404 Not Found`. */
export function statusInWords(status: number): string {
  return STATUS_CODES[status] === undefined ? String(status) : `${status} ${STATUS_CODES[status]}`;
}
