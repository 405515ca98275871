import type { AlertingPorts } from '../ports/alerting.ts';
import type { BasePorts } from '../ports/ports.ts';
import type { SlackChannelPorts } from '../ports/slack-channels.ts';

/** What commands about Slack's channels use. */
export type SlackPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'log' | 'audit'> &
  Pick<AlertingPorts, 'alerts' | 'defaultChannelId'> &
  SlackChannelPorts;
