/** A shipping channel in a select: its name, and what the carrier and its service add to it. Plain text, not cut. Pure. */
export function channelWords(channel: {
  readonly name: string;
  readonly carrierName: string;
  readonly serviceLevel: string;
}): string {
  const service = startsWith(channel.serviceLevel, channel.carrierName)
    ? channel.serviceLevel
    : `${channel.carrierName} ${channel.serviceLevel}`;
  if (channel.name.toLowerCase() === service.toLowerCase()) return channel.name;
  if (startsWith(channel.name, channel.carrierName)) {
    return startsWith(channel.serviceLevel, channel.name)
      ? channel.serviceLevel
      : `${channel.name} · ${channel.serviceLevel}`;
  }
  return `${channel.name} · ${service}`;
}

const startsWith = (text: string, beginning: string): boolean => text.toLowerCase().startsWith(beginning.toLowerCase());
