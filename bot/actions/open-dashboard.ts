import type { Action } from './action.ts';

/** A link: Slack still tells us, and wants an acknowledgment. */
export const openDashboard: Action = { id: 'open_dashboard' };
