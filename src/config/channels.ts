import type { AlertSettings, ChannelSettings } from '../alert/settings.js';
import type { Path } from '../yaml/document.js';

/** A file that a channel needs. */
export interface ReferencedFile {
  /** Where in the configuration it is named. */
  readonly path: Path;
  readonly file: string;
  /** A program is run; a secret and a certificate are read. */
  readonly use: 'secret' | 'certificate' | 'program';
}

/** Every file that the channels name, in their order. */
export function referencedFiles(alerts: AlertSettings): ReferencedFile[] {
  return Object.entries(alerts).flatMap(([name, channel]) => filesOf(channel, ['alerts', name]));
}

/** What a service must allow, that the channels can be told by it. */
export interface Needs {
  readonly network: boolean;
  /** A local mail system. */
  readonly sendmail: boolean;
  /** A program of the administrator's choice: nobody knows what it needs. */
  readonly command: boolean;
}

/** What the channels need. A receiver on this machine needs the network too: a service without it has a loopback of its own. */
export function needsOf(alerts: AlertSettings): Needs {
  const channels = Object.values(alerts);
  return {
    network: channels.some(
      (channel) =>
        channel.type === 'webhook' ||
        (channel.type === 'mail' && channel.smtp !== undefined) ||
        (channel.type === 'syslog' && channel.server !== undefined),
    ),
    sendmail: channels.some((channel) => channel.type === 'mail' && channel.sendmail !== undefined),
    command: channels.some(({ type }) => type === 'command'),
  };
}

/** The channels whose address in the configuration is a secret by itself: whoever has it can post. */
export function channelsWithSecretAddress(alerts: AlertSettings): string[] {
  return Object.entries(alerts).flatMap(([name, channel]) => (hasSecretAddress(channel) ? [name] : []));
}

/** A channel in words, without anything that could be a secret: of addresses the host, of commands the program. */
export function describeChannel(channel: ChannelSettings): string {
  switch (channel.type) {
    case 'mail': {
      const { smtp, sendmail, to } = channel;
      const password = smtp?.passwordFile === undefined ? '' : `, password in ${smtp.passwordFile}`;
      return `mail to ${to.join(', ')} by ${smtp === undefined ? sendmail : `${smtp.host}${password}`}`;
    }
    case 'webhook': {
      const address = channel.url === undefined ? `the address in ${channel.urlFile}` : hostOnly(channel.url);
      const secret = channel.secretFile === undefined ? '' : `, secret in ${channel.secretFile}`;
      return `webhook (${channel.preset}) to ${address}${secret}`;
    }
    case 'syslog':
      return `syslog ${channel.facility}${channel.server === undefined ? '' : ` of ${channel.server}`}`;
    case 'command':
      return `command ${channel.run[0]}${channel.run.length > 1 ? ' …' : ''}`;
  }
}

function filesOf(channel: ChannelSettings, path: Path): ReferencedFile[] {
  switch (channel.type) {
    case 'mail':
      return [
        ...named('secret', [...path, 'smtp', 'passwordFile'], channel.smtp?.passwordFile),
        ...named('certificate', [...path, 'smtp', 'caFile'], channel.smtp?.caFile),
        ...named('program', [...path, 'sendmail'], channel.sendmail),
      ];
    case 'webhook':
      return [
        ...named('secret', [...path, 'urlFile'], channel.urlFile),
        ...named('secret', [...path, 'secretFile'], channel.secretFile),
        ...named('certificate', [...path, 'caFile'], channel.caFile),
      ];
    case 'syslog':
      return [];
    case 'command':
      return named('program', [...path, 'run', 0], channel.run[0]);
  }
}

function named(use: ReferencedFile['use'], path: Path, file: string | undefined): ReferencedFile[] {
  return file === undefined ? [] : [{ path, file, use }];
}

function hasSecretAddress(channel: ChannelSettings): boolean {
  if (channel.type !== 'webhook' || channel.url === undefined) return false;
  return channel.preset === 'slack' || new URL(channel.url).search !== '';
}

function hostOnly(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/…`;
}
