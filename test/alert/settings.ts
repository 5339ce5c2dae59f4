import { type AlertSettings, alertSettings, type ChannelSettings, channelSettings } from '../../src/alert/settings.js';

/** A channel as a configuration file would give it. */
export function channel<Type extends ChannelSettings['type']>(
  given: { type: Type } & Record<string, unknown>,
): Extract<ChannelSettings, { type: Type }> {
  return channelSettings.parse(given) as Extract<ChannelSettings, { type: Type }>;
}

export function channels(given: Record<string, Record<string, unknown>>): AlertSettings {
  return alertSettings.parse(given);
}
