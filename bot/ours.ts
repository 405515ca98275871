export interface OurIdentity {
  /** Null: not known yet; then the signature alone decides. */
  readonly teamId: string | null;
  readonly appId: string | null;
  /** A stand-in for Slack; its addresses for answers are there too. */
  readonly apiUrl: string | undefined;
}

/** Where answers to a press or command go. Slack's own hosts, also of its cloud for governments. */
const answerHosts: ReadonlySet<string> = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** False for a request of another workspace or app, or one that wants its answer sent anywhere but to Slack. Pure. */
export function isOurs(body: object, { teamId, appId, apiUrl }: OurIdentity): boolean {
  const team = field(body, 'team_id') ?? field(field(body, 'team'), 'id') ?? teamId;
  const app = field(body, 'api_app_id') ?? appId;
  const address = field(body, 'response_url') ?? '';
  const isOurTeam = teamId === null || team === teamId;
  const isOurApp = appId === null || app === appId;
  return isOurTeam && isOurApp && (address === '' || isAnswerAddress(address, apiUrl));
}

/** True where answers may be sent: to Slack, or to what stands in for it. Pure. */
export function isAnswerAddress(address: unknown, apiUrl: string | undefined): boolean {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (apiUrl !== undefined) return url.origin === new URL(apiUrl).origin;
  return url.protocol === 'https:' && url.port === '' && answerHosts.has(url.hostname);
}
