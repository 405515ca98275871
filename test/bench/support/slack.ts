import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { refusedBySlack } from '../../../bot/messages/validate.ts';
import { createRateLimits } from '../../../bot/preview/rate-limits.ts';

/** One message that Slack would show, as last posted or edited. */
export interface ShownMessage {
  readonly ts: string;
  readonly text: string;
  readonly alertId: string | null;
}

export interface SlackCall {
  /** On the clock of `performance.now()`: when the whole request was there. */
  readonly atMs: number;
  readonly method: string;
  /** What Slack would have said no with; null: it was done. */
  readonly refused: string | null;
  readonly message: ShownMessage | null;
}

export interface BenchSlack {
  readonly apiUrl: string;
  readonly channelId: string;
  readonly teamId: string;
  readonly signingSecret: string;
  /** Everything but questions of who we are, oldest first. */
  readonly calls: readonly SlackCall[];
  /** By `ts`. */
  readonly messages: ReadonlyMap<string, ShownMessage>;
  close(): Promise<void>;
}

const channelId = 'C000000001';
const teamId = 'T000000001';

/** As little of Slack as the desk's alerts need: it keeps messages, refuses what Slack refuses and limits as Slack does. */
export async function startBenchSlack(): Promise<BenchSlack> {
  const calls: SlackCall[] = [];
  const messages = new Map<string, ShownMessage>();
  const limits = createRateLimits(() => performance.now());
  let serial = 0;

  const answer = (method: string, fields: Fields): { status: number; retryAfter: number; body: object } => {
    const atMs = performance.now();
    const note = (refused: string | null, message: ShownMessage | null) =>
      calls.push({ atMs, method, refused, message });
    const no = (error: string) => {
      note(error, null);
      return { status: 200, retryAfter: 0, body: { ok: false, error } };
    };
    if (method === 'auth.test') {
      return { status: 200, retryAfter: 0, body: { ok: true, team_id: teamId, user_id: 'UBOT', bot_id: 'B1' } };
    }
    const waitSeconds = limits.take(method, String(fields.channel ?? ''));
    if (waitSeconds > 0) {
      note('ratelimited', null);
      return { status: 429, retryAfter: waitSeconds, body: { ok: false, error: 'ratelimited' } };
    }
    if (method === 'conversations.history') {
      note(null, null);
      return { status: 200, retryAfter: 0, body: { ok: true, messages: [] } };
    }
    const isMessage = method === 'chat.postMessage' || method === 'chat.update' || method === 'chat.postEphemeral';
    if (!isMessage) return no('unknown_method');
    const refused = refusedBySlack('message', fields);
    if (refused !== null) return no(refused);
    if (method === 'chat.postEphemeral') {
      note(null, null);
      return { status: 200, retryAfter: 0, body: { ok: true, message_ts: '1.1' } };
    }
    serial += 1;
    const ts = method === 'chat.update' ? String(fields.ts) : `1700000000.${String(serial).padStart(6, '0')}`;
    const before = messages.get(ts);
    if (method === 'chat.update' && before === undefined) return no('message_not_found');
    const message = { ts, text: String(fields.text), alertId: before?.alertId ?? alertIdOf(fields.metadata) };
    messages.set(ts, message);
    note(null, message);
    return { status: 200, retryAfter: 0, body: { ok: true, ts, channel: channelId } };
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const method = (request.url ?? '').replace(/^\/api\//, '').split('?')[0] ?? '';
      const said = answer(method, fieldsOf(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(said.status, {
        'content-type': 'application/json',
        ...(said.retryAfter > 0 ? { 'retry-after': String(said.retryAfter) } : {}),
      });
      response.end(JSON.stringify(said.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    channelId,
    teamId,
    signingSecret: 'a-signing-secret-of-the-bench',
    calls,
    messages,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const jsonFields = new Set(['blocks', 'metadata', 'view']);

function fieldsOf(body: string): Fields {
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, jsonFields.has(name) ? JSON.parse(value) : value]),
  );
}

function alertIdOf(metadata: unknown): string | null {
  const payload = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'event_payload') : null;
  const id = typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'alert_id') : null;
  return typeof id === 'string' ? id : null;
}

/** Presses a card's button as Slack sends it; resolves with how long the acknowledgment took, in ms. */
export async function pressSigned(
  slack: Pick<BenchSlack, 'signingSecret' | 'teamId' | 'channelId'>,
  origin: string,
  press: { readonly userId: string; readonly actionId: string; readonly value: string },
): Promise<number> {
  const body = new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      team: { id: slack.teamId, domain: 'bench' },
      user: { id: press.userId, name: 'mei', team_id: slack.teamId },
      api_app_id: 'A1',
      trigger_id: randomUUID(),
      container: { type: 'message', message_ts: '1.1', channel_id: slack.channelId },
      channel: { id: slack.channelId, name: 'orders' },
      actions: [{ type: 'button', action_id: press.actionId, block_id: 'alert', action_ts: '1', value: press.value }],
    }),
  }).toString();
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', slack.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const beganAt = performance.now();
  const response = await fetch(`${origin}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-signature': `v0=${signature}`,
      'x-slack-request-timestamp': String(timestamp),
    },
    body,
  });
  await response.arrayBuffer();
  const tookMs = performance.now() - beganAt;
  if (response.status !== 200) throw new Error(`A press was answered with ${response.status}.`);
  return tookMs;
}
