import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, expect } from 'vitest';
import { type Bot, createBot } from '../../bot/app.ts';
import type { BotDeps } from '../../bot/deps.ts';
import { createSlackPeople } from '../../bot/who.ts';
import { claimDue, deliverClaim } from '../../core/commands/deliver-alert.ts';
import { createDesk, type Desk } from '../../core/desk.ts';
import type { AnyJob, TaskName } from '../../core/ports/jobs.ts';
import type { Ports } from '../../core/ports/ports.ts';
import { createTasks } from '../../core/tasks.ts';
import type { Sql } from '../../db/client.ts';
import { type Card, readCard } from './bot-card.ts';
import { insertPeople, teamId } from './bot-people.ts';
import { botPorts, publicUrl } from './bot-ports.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type LoggedLine, recordingLog } from './log.ts';
import { type TestClock, testClock } from './outgoing.ts';
import { type TestPlatform, testPlatform } from './platform.ts';
import { type FakeSlack, type SlackCall, type SlackFields, type SlackUserName, startSlack } from './slack.ts';

export const signingSecret = 'shhh-signing';
export { publicUrl, teamId };

export type BotUser = SlackUserName | 'stranger';

export interface Sent {
  readonly secret?: string;
  readonly ageSeconds?: number;
  readonly tamper?: (body: string) => string;
  readonly team?: string;
  /** Who; Mei the operator when nothing is said. */
  readonly user?: BotUser;
  /** The same trigger is the same gesture, delivered again. A fresh one, good for one form, when nothing is said. */
  readonly trigger?: string;
}

export interface Pressed extends Sent {
  readonly channel?: string;
  readonly messageTs?: string;
  readonly threadTs?: string;
  /** The message is one that only this person sees. */
  readonly isPrivate?: boolean;
  /** Pressed inside this form. */
  readonly view?: SlackView;
  /** What the element is, where it is no button: `{ type: 'static_select', selected_option: … }`. */
  readonly element?: SlackFields;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** The JSON of the answer; empty without one. */
  readonly json: SlackFields;
}

/** A view as Slack has it. */
export type SlackView = SlackFields & { readonly id: string };

export interface TestBot {
  readonly bot: Bot;
  readonly deps: BotDeps;
  readonly ports: Ports;
  readonly desk: Desk;
  readonly slack: FakeSlack;
  readonly sql: Sql;
  readonly database: TestDatabase;
  readonly platform: TestPlatform;
  readonly clock: TestClock;
  readonly log: readonly LoggedLine[];
  /** Jobs that wait. */
  readonly jobs: AnyJob[];
  /** The desk's person behind each Slack user. */
  readonly personIds: Readonly<Record<SlackUserName, string>>;
  /** Any signed request. */
  send(body: SlackFields, as: 'form' | 'payload' | 'json', options?: Sent): Promise<Answered>;
  /** A button (or, with `element`, a select) of a message or form, by its `action_id` and value; waits for its work. */
  press(actionId: string, value: string, options?: Pressed): Promise<Answered>;
  /** An option of an overflow menu: what it names, and the block's id. */
  choose(option: string, blockId: string, options?: Pressed): Promise<Answered>;
  /** Sends a form off, `metadata` as it was opened; waits for its work. */
  submit(callbackId: string, metadata: SlackFields, values: SlackFields, options?: Pressed): Promise<Answered>;
  /** What a select offers for the text typed. */
  suggest(actionId: string, typed: string, metadata: SlackFields, options?: Pressed): Promise<Answered>;
  /** `/orders <text>`; waits for the first answer, which it gives. */
  command(text: string, options?: Sent & { readonly channel?: string }): Promise<SlackFields>;
  event(event: SlackFields, options?: Sent & { readonly eventId?: string }): Promise<Answered>;
  /** A global shortcut, or with `message` a message shortcut. */
  shortcut(callbackId: string, options?: Pressed & { readonly message?: SlackFields }): Promise<Answered>;
  /** Runs what waits, and what comes of it; time passes for what is due within ten seconds. */
  work(...tasks: readonly TaskName[]): Promise<void>;
  /** Every recorded gesture is worked on. */
  settled(): Promise<void>;
  calls(method: string): SlackCall[];
  /** What a person alone was told: ephemerals, direct messages, answers by address; oldest first. */
  told(): readonly string[];
  /** The view that was opened, pushed or updated last; throws when there is none. */
  view(): SlackView;
  /** The card of this merchant's newest alert of a kind, as the channel shows it. */
  card(merchantId: string, kind?: string): Promise<Card>;
  close(): Promise<void>;
}

/** Edits wait some seconds so that many become one; retries wait longer and are not for `work`. */
const soonMs = 10_000;

/** A bot over the real desk and a real database, in front of a stand-in for Slack; closed when the file's tests end. */
export async function testBot(options: { readonly platform?: TestPlatform } = {}): Promise<TestBot> {
  const database = await testDatabase();
  const slack = await startSlack();
  const clock = testClock(new Date());
  const platform = options.platform ?? testPlatform();
  const { log, lines } = recordingLog();
  const jobs: AnyJob[] = [];
  const { ports, queries } = botPorts({ database, slack, clock, platform, jobs, log });
  const desk = createDesk(ports, queries);
  const deps: BotDeps = {
    ...ports,
    config: { botToken: 'xoxb-test', signingSecret, appToken: null, publicUrl, apiUrl: slack.apiUrl },
    commands: desk.commands,
    queries: desk.queries,
    people: createSlackPeople(ports),
  };
  const bot = createBot(deps);
  await bot.start();
  const personIds = await insertPeople(database.sql, slack);
  const close = async () => {
    await bot.stop();
    await slack.close();
  };
  afterAll(close);

  const slackIdOf = (user: BotUser = 'mei') => (user === 'stranger' ? 'U000000001' : slack.users[user]);
  const userOf = (user: BotUser = 'mei') => ({ id: slackIdOf(user), name: user, team_id: teamId });
  const triggerOf = async (sent: Pressed) => sent.trigger ?? slack.trigger(slackIdOf(sent.user), sent.view?.id);
  const settled = () =>
    expect
      .poll(() => database.sql`select 1 from interactions where done_at is null`.then((rows) => rows.length), {
        timeout: 10_000,
      })
      .toBe(0);

  async function send(body: SlackFields, as: 'form' | 'payload' | 'json', sent: Sent = {}): Promise<Answered> {
    if (bot.fetch === null) throw new Error('The bot is not on HTTP.');
    const text =
      as === 'json'
        ? JSON.stringify(body)
        : new URLSearchParams(
            as === 'payload'
              ? { payload: JSON.stringify(body) }
              : Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
          ).toString();
    const timestamp = Math.floor(clock.now().getTime() / 1_000) - (sent.ageSeconds ?? 0);
    const hash = createHmac('sha256', sent.secret ?? signingSecret).update(`v0:${timestamp}:${text}`);
    const response = await bot.fetch(
      new Request('http://127.0.0.1/slack/events', {
        method: 'POST',
        headers: {
          'content-type': as === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
          'x-slack-signature': `v0=${hash.digest('hex')}`,
          'x-slack-request-timestamp': String(timestamp),
        },
        body: sent.tamper?.(text) ?? text,
      }),
    );
    const answer = await response.text();
    return { status: response.status, text: answer, json: answer.startsWith('{') ? JSON.parse(answer) : {} };
  }

  async function interaction(body: SlackFields, sent: Pressed): Promise<Answered> {
    const answer = await send(
      {
        team: { id: sent.team ?? teamId, domain: 'emulate' },
        user: userOf(sent.user),
        api_app_id: 'A1',
        trigger_id: await triggerOf(sent),
        ...body,
      },
      'payload',
      sent,
    );
    await settled();
    return answer;
  }

  const placeOf = (sent: Pressed): SlackFields => {
    if (sent.view !== undefined) return { container: { type: 'view', view_id: sent.view.id }, view: sent.view };
    const channel = sent.channel ?? slack.channelId;
    const ts = sent.messageTs ?? '1.1';
    const thread = sent.threadTs === undefined ? {} : { thread_ts: sent.threadTs };
    const privacy = sent.isPrivate === true ? { is_ephemeral: true } : {};
    return {
      container: { type: 'message', message_ts: ts, channel_id: channel, ...thread, ...privacy },
      channel: { id: channel, name: 'general' },
      message: { ts, ...thread },
      response_url: slack.responseUrl(),
    };
  };
  const acted = (action: SlackFields, sent: Pressed) =>
    interaction(
      { type: 'block_actions', ...placeOf(sent), actions: [{ block_id: 'b', action_ts: randomUUID(), ...action }] },
      sent,
    );

  return {
    bot,
    deps,
    ports,
    desk,
    slack,
    sql: database.sql,
    database,
    platform,
    clock,
    log: lines,
    jobs,
    personIds,
    send,
    press: (actionId, value, sent = {}) => acted({ type: 'button', action_id: actionId, value, ...sent.element }, sent),
    choose: (option, blockId, sent = {}) =>
      acted({ type: 'overflow', action_id: 'menu', block_id: blockId, selected_option: { value: option } }, sent),
    submit: (callbackId, metadata, values, sent = {}) =>
      interaction(
        {
          type: 'view_submission',
          view: {
            id: sent.view?.id ?? 'V1',
            hash: '1.1',
            type: 'modal',
            title: { type: 'plain_text', text: 'Form' },
            callback_id: callbackId,
            private_metadata: JSON.stringify(metadata),
            state: { values },
          },
        },
        { trigger: randomUUID(), ...sent },
      ),
    suggest: (actionId, typed, metadata, sent = {}) =>
      send(
        {
          type: 'block_suggestion',
          team: { id: teamId },
          user: userOf(sent.user),
          action_id: actionId,
          block_id: 'b',
          value: typed,
          view: { id: 'V1', private_metadata: JSON.stringify(metadata) },
        },
        'payload',
        sent,
      ),
    async command(text, sent = {}) {
      const already = slack.responses.length;
      await send(
        {
          command: '/orders',
          text,
          team_id: sent.team ?? teamId,
          user_id: slackIdOf(sent.user),
          user_name: sent.user ?? 'mei',
          channel_id: sent.channel ?? slack.channelId,
          trigger_id: await triggerOf(sent),
          response_url: slack.responseUrl(),
        },
        'form',
        sent,
      );
      await expect.poll(() => slack.responses.length, { timeout: 10_000 }).toBeGreaterThan(already);
      return slack.responses[already] ?? {};
    },
    event: (event, sent = {}) =>
      send(
        {
          type: 'event_callback',
          team_id: sent.team ?? teamId,
          api_app_id: 'A1',
          event_id: sent.eventId ?? randomUUID(),
          event_time: Math.floor(clock.now().getTime() / 1_000),
          event: { user: slackIdOf(sent.user), ...event },
        },
        'json',
        sent,
      ),
    shortcut: (callbackId, sent = {}) =>
      interaction(
        sent.message === undefined
          ? { type: 'shortcut', callback_id: callbackId, action_ts: '1' }
          : {
              type: 'message_action',
              callback_id: callbackId,
              action_ts: '1',
              channel: { id: sent.channel ?? slack.channelId, name: 'general' },
              message: sent.message,
              response_url: slack.responseUrl(),
            },
        sent,
      ),
    async work(...tasks) {
      const handlers = createTasks(ports, (interactionId) => bot.replay(interactionId), bot.surfaces);
      const isMine = (job: AnyJob) =>
        job.task !== 'slack.interaction' && (tasks.length === 0 || tasks.includes(job.task));
      for (;;) {
        const next = jobs
          .filter(isMine)
          .filter((job) => (job.runAt?.getTime() ?? 0) <= clock.now().getTime() + soonMs)
          .sort((a, b) => (a.runAt?.getTime() ?? 0) - (b.runAt?.getTime() ?? 0))[0];
        if (next === undefined) return;
        jobs.splice(jobs.indexOf(next), 1);
        clock.pass(Math.max(0, (next.runAt?.getTime() ?? 0) - clock.now().getTime()));
        if (next.task === 'alert.outbox') {
          await showDue(ports, clock);
          continue;
        }
        // The payload belongs to the task: both come from one job.
        const handle = handlers[next.task] as (payload: unknown, context: object) => Promise<void>;
        await handle(next.payload, { signal: new AbortController().signal, attempt: 1, maxAttempts: 1 });
      }
    },
    settled,
    calls: (method) => slack.calls.filter((call) => call.method === method),
    told: () => [
      ...slack.calls
        .filter(
          ({ method, fields }) =>
            method === 'chat.postEphemeral' ||
            (method === 'chat.postMessage' && String(fields.channel).startsWith('U')),
        )
        .map(({ fields }) => String(fields.text)),
      ...slack.responses.map((fields) => String(fields.text)),
    ],
    view() {
      const shown = slack.calls.filter(
        ({ method, error }) => /^views\.(open|push|update)$/.test(method) && error === null,
      );
      const view = shown.at(-1)?.answer.view;
      if (typeof view !== 'object' || view === null) throw new Error('No view was opened.');
      return view as SlackView;
    },
    async card(merchantId, kind) {
      const [row] = await database.sql<{ id: string; message_ts: string }[]>`
        select id, message_ts from alerts where merchant_id = ${merchantId} and message_ts is not null
          and (${kind ?? null}::text is null or kind = ${kind ?? null}) order by opened_at desc, id desc limit 1`;
      if (row === undefined) throw new Error(`There is no card${kind === undefined ? '' : ` of kind ${kind}`}.`);
      const message = (await slack.messages()).find(({ ts }) => ts === row.message_ts);
      if (message === undefined) throw new Error('The channel does not show the card.');
      return readCard(row.id, row.message_ts, message.text ?? '', message.blocks ?? []);
    },
    close,
  };
}

/** The outbox without its waiting: what is due within `soonMs`, with the clock moved there. */
async function showDue(ports: Ports, clock: TestClock): Promise<void> {
  const until = clock.now().getTime() + soonMs;
  for (;;) {
    const { claims, nextAt } = await claimDue(ports);
    for (const claim of claims) await deliverClaim(ports, claim);
    if (claims.length > 0) continue;
    if (nextAt === null || nextAt.getTime() > until) return;
    clock.pass(Math.max(1, nextAt.getTime() - clock.now().getTime()));
  }
}
