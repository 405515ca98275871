import type { Finding } from './check-slack.ts';

const signs: Readonly<Record<Finding['kind'], string>> = { good: 'ok', missing: 'MISSING', note: 'note' };

/** The findings for a terminal, and whether Slack can work with them. */
export function slackReport(findings: readonly Finding[]): { readonly text: string; readonly isReady: boolean } {
  const lines = findings.map(({ kind, text }) => `${signs[kind].padEnd(8)} ${text}`);
  const missing = findings.filter(({ kind }) => kind === 'missing').length;
  const end = missing === 0 ? 'Slack is ready.' : `${missing} ${missing === 1 ? 'thing is' : 'things are'} missing.`;
  return { text: [...lines, '', end].join('\n'), isReady: missing === 0 };
}
