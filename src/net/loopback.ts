import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host of the settings is this machine, by its name or address. IPv6 with or without brackets. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || isLoopbackAddress(bare);
}

/**
 * Looks a name up and refuses it where it does not lead to this machine alone, for what may be sent in clear only here.
 * Whoever answers for names decides where `localhost` is.
 */
export const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error: Error | null, addresses: LookupAddress[]) => {
    const stray = error === null ? addresses.find(({ address }) => !isLoopbackAddress(address)) : undefined;
    const failure = stray === undefined ? error : new Error(`${hostname} is ${stray.address}, not this machine`);
    const [first] = addresses ?? [];
    if (options.all === true) callback(failure, addresses);
    else callback(failure, first?.address ?? '', first?.family);
  });
};

function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
