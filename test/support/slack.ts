import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { webApi } from '@slack/bolt';
import { createEmulator, type Emulator } from 'emulate';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import { createSlackClient } from '../../bot/slack-client.ts';

type SlackHistory = NonNullable<webApi.ConversationsHistoryResponse['messages']>;

export type SlackFields = Readonly<Record<string, unknown>>;

export interface SlackCall {
  readonly method: string;
  readonly status: number;
  readonly error: string | null;
  readonly fields: SlackFields;
  readonly answer: SlackFields;
}

const userNames = ['mei', 'ana', 'wes', 'vic', 'olga'] as const;
export type SlackUserName = (typeof userNames)[number];

export interface FakeSlack {
  /** Base URL for a Web API client. */
  readonly apiUrl: string;
  /** The public channel that exists from the start. */
  readonly channelId: string;
  /** Every call that reached us, oldest first: what was asked, and what was answered. */
  readonly calls: SlackCall[];
  /** Posts to response URLs, oldest first. */
  readonly responses: SlackFields[];
  /** An address for the answers to one press or command. */
  responseUrl(): string;
  /** Slack users in the channel, besides the first one, by name. */
  readonly users: Readonly<Record<SlackUserName, string>>;
  /** A file that somebody put into a form; gives its id. `url`: where Slack says that it is. */
  keepFile(file: KeptFile): string;
  /** Faults for the next calls, used up one by one. */
  readonly faults: Fault[];
  /** A trigger with which a form can be opened, as a real press brings one. */
  trigger(userId: string, viewId?: string): Promise<string>;
  /** Messages of the channel, newest first. */
  messages(): Promise<SlackHistory>;
  /** A message's thread, oldest first, without the message itself. */
  replies(ts: string): Promise<SlackHistory>;
  close(): Promise<void>;
}

export interface KeptFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What Slack says about it, when that is not the truth. */
  readonly size?: number;
  readonly url?: string;
  /** The connection breaks while it is handed out. */
  readonly breaksOff?: true;
  /** Leads on to this address instead of handing out the bytes. */
  readonly redirectTo?: string;
}

/** `lost_answer`: Slack does it, the answer never comes. With `on` only this method fails so. */
export type Fault = { readonly on?: string } & (
  | { readonly kind: '429'; readonly retryAfter: number }
  | { readonly kind: '500' }
  | { readonly kind: 'lost_answer' }
  | { readonly kind: 'error'; readonly error: string }
);

/** The emulator, behind our validator of Slack's limits and a few of its faults. */
export async function startSlack(): Promise<FakeSlack> {
  const emulator: Emulator = await createEmulator({
    service: 'slack',
    port: await freePort(),
    seed: { slack: { users: userNames.map((name) => ({ name })) } },
  });
  const calls: SlackCall[] = [];
  const responses: SlackFields[] = [];
  const faults: Fault[] = [];
  const files = new Map<string, KeptFile>();
  const server = createServer(async (request, response) => {
    const body = await read(request);
    if (request.url?.startsWith('/response/')) {
      responses.push(fieldsOf(body, 'json'));
      response.end('ok');
      return;
    }
    if (request.url?.startsWith('/files/')) {
      handOut(files.get(request.url.slice('/files/'.length)), request, response);
      return;
    }
    const method = (request.url ?? '').replace(/^\/api\//, '').split('?')[0] ?? '';
    const fields = fieldsOf(body, String(request.headers['content-type']));
    const finish = (status: number, answer: string, headers: Record<string, string> = {}) => {
      calls.push({ method, status, error: errorOf(answer), fields, answer: fieldsOf(answer, 'json') });
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(answer);
    };
    const next = faults.findIndex(({ on }) => on === undefined || on === method);
    const fault = next === -1 ? undefined : faults.splice(next, 1)[0];
    if (fault?.kind === '429')
      return finish(429, '{"ok":false,"error":"ratelimited"}', { 'retry-after': String(fault.retryAfter) });
    if (fault?.kind === '500') return finish(500, '{}');
    if (fault?.kind === 'error') return finish(200, JSON.stringify({ ok: false, error: fault.error }));
    const described = method === 'files.info' ? files.get(String(fields.file)) : undefined;
    if (described !== undefined) {
      const {
        name,
        bytes,
        size = bytes.byteLength,
        url = `${new URL(apiUrl).origin}/files/${fields.file}`,
      } = described;
      const file = { id: fields.file, name, size, url_private: url, url_private_download: url };
      return finish(200, JSON.stringify({ ok: true, file }));
    }
    const refused = refusal(method, fields);
    if (refused !== null) return finish(200, JSON.stringify({ ok: false, error: refused }));
    const answer = await fetch(`${emulator.url}${request.url}`, {
      method: request.method ?? 'POST',
      headers: {
        authorization: String(request.headers.authorization),
        'content-type': String(request.headers['content-type']),
      },
      ...(request.method === 'GET' ? {} : { body }),
    });
    const text = await answer.text();
    if (fault?.kind === 'lost_answer') {
      calls.push({ method, status: 0, error: 'lost', fields, answer: {} });
      request.socket.destroy();
      return;
    }
    finish(answer.status, text);
  });
  const apiUrl = await listen(server);
  // Straight to the emulator: what the test looks at is not counted among the bot's calls.
  const direct = createSlackClient({ token: 'xoxb-test', apiUrl: `${emulator.url}/api/` });
  const channelId = (await direct.conversations.list({})).channels?.[0]?.id;
  if (channelId === undefined) throw new Error('The emulator has no channel.');
  const users = await usersByName(direct, channelId);
  let answers = 0;
  return {
    apiUrl,
    channelId,
    calls,
    responses,
    users,
    responseUrl: () => {
      answers += 1;
      return `${new URL(apiUrl).origin}/response/${answers}`;
    },
    keepFile: (file) => {
      const id = `F${String(files.size + 1).padStart(10, '0')}`;
      files.set(id, file);
      return id;
    },
    faults,
    trigger: async (userId, viewId) => {
      const of = viewId === undefined ? {} : { view_id: viewId };
      const answer = await direct.apiCall('views.generateTriggerId', { user_id: userId, ...of });
      return String(Reflect.get(answer, 'trigger_id'));
    },
    messages: async () =>
      (await direct.conversations.history({ channel: channelId, include_all_metadata: true })).messages ?? [],
    replies: async (ts) => {
      const thread = await direct.conversations.replies({ channel: channelId, ts, limit: 1_000 });
      return (thread.messages ?? []).filter((message) => message.ts !== ts);
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await emulator.close();
    },
  };
}

async function usersByName(direct: webApi.WebClient, channelId: string): Promise<Record<SlackUserName, string>> {
  const { members = [] } = await direct.users.list({});
  const idOf = (name: string) => {
    const id = members.find((member) => member.name === name)?.id;
    if (id === undefined) throw new Error(`The emulator has no user ${name}.`);
    return id;
  };
  const ids = { mei: idOf('mei'), ana: idOf('ana'), wes: idOf('wes'), vic: idOf('vic'), olga: idOf('olga') };
  for (const id of Object.values(ids)) {
    await direct.conversations.invite({ channel: channelId, users: id }).catch((error: unknown) => {
      // Whoever is there from the start needs no invitation.
      if (!String(error).includes('already_in_channel')) throw error;
    });
  }
  return ids;
}

/** Only for the bot's token, as Slack does; others are led to a login page. */
function handOut(file: KeptFile | undefined, request: IncomingMessage, response: ServerResponse): void {
  const location = request.headers.authorization === 'Bearer xoxb-test' ? file?.redirectTo : '/login';
  if (file === undefined) response.writeHead(404).end();
  else if (location !== undefined) response.writeHead(302, { location }).end();
  // In pieces and without a length: what arrives has to be counted.
  else {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.write(file.bytes.subarray(0, 1_000), () => {
      if (file.breaksOff === true) request.socket.destroy();
    });
    if (file.breaksOff !== true) response.end(file.bytes.subarray(1_000));
  }
}

function refusal(method: string, fields: SlackFields): string | null {
  if (!/^(chat\.(postMessage|update|postEphemeral)|views\.(open|update|publish|push))$/.test(method)) return null;
  return method.startsWith('views.') ? refusedBySlack('view', fields.view) : refusedBySlack('message', fields);
}

/** The fields of a call, of a form as of JSON; nested ones are JSON inside a form. */
function fieldsOf(body: string, contentType: string): SlackFields {
  try {
    if (contentType.includes('json')) return JSON.parse(body);
    return Object.fromEntries(
      [...new URLSearchParams(body)].map(([name, value]) => [
        name,
        ['blocks', 'view', 'metadata', 'unfurls'].includes(name) ? JSON.parse(value) : value,
      ]),
    );
  } catch {
    // Not JSON: a fault's body, or a file.
    return {};
  }
}

function errorOf(answer: string): string | null {
  try {
    const parsed: { error?: string } = JSON.parse(answer);
    return parsed.error ?? null;
  } catch {
    // Not JSON: a fault's body.
    return null;
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}/api/`);
    });
  });
}

/** The emulator must be told a port before it listens. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await listen(probe);
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
