import { type App, isValidSlackRequest, type Receiver, type ReceiverEvent, webApi } from '@slack/bolt';
import { safeMessage } from '../core/describe-error.ts';
import type { Log } from '../core/ports/log.ts';
import { isOurs, type OurIdentity } from './ours.ts';
import { readText } from './read-text.ts';
import { createUnanswered, type Unanswered } from './unanswered.ts';

/** Slack allows 3 s from its request to our answer; this leaves time for the way back. */
const answerWithinMs = 2_700;
/** Slack's own bodies stay far below; a view with every field full is about 100 KB. */
const maxBodyBytes = 1_000_000;

export interface ReceiverOptions {
  readonly signingSecret: string;
  /** Requests of another workspace or app are refused. */
  readonly identity: () => OurIdentity;
  readonly now: () => Date;
  readonly log: Log;
}

export interface WebReceiver extends Receiver {
  /** Answers one signed request from Slack: events, interactions, options and slash commands. */
  fetch(request: Request): Promise<Response>;
}

/** A Bolt receiver that the desk's own server mounts: no second port, no second framework. */
export function createWebReceiver(options: ReceiverOptions): WebReceiver {
  let app: App | null = null;
  const unanswered = createUnanswered();
  return {
    init(created) {
      app = created;
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async fetch(request) {
      const text = await readText(request, maxBodyBytes);
      if (text === null) return new Response('The request is too large.', { status: 413 });
      if (!isGenuine(request, text, options)) return new Response('The signature is not valid.', { status: 401 });
      const body = parseBody(request.headers.get('content-type') ?? '', text);
      if (body === null) return new Response('The request could not be read.', { status: 400 });
      if (body.ssl_check === '1') return new Response('');
      if (body.type === 'url_verification') return Response.json({ challenge: body.challenge });
      if (!isOurs(body, options.identity())) return new Response('This is another workspace or app.', { status: 403 });
      if (app === null) return new Response('Not started yet.', { status: 503 });
      return answer(app, body, request, options.log, unanswered);
    },
  };
}

type Body = Record<string, unknown>;

function isGenuine(request: Request, text: string, options: ReceiverOptions): boolean {
  const signature = request.headers.get('x-slack-signature');
  const timestamp = Number(request.headers.get('x-slack-request-timestamp'));
  if (signature === null || !Number.isInteger(timestamp) || options.signingSecret === '') return false;
  return isValidSlackRequest({
    signingSecret: options.signingSecret,
    body: text,
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
    nowMilliseconds: options.now().getTime(),
  });
}

/** Waits for the acknowledgment only; the work goes on after it. */
async function answer(app: App, body: Body, request: Request, log: Log, unanswered: Unanswered): Promise<Response> {
  const answered = unanswered.add();
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      log.warn({ type: body.type ?? body.command }, 'a Slack request was not acknowledged in time');
      answered();
      resolve(new Response('Too slow; try again.', { status: 503 }));
    }, answerWithinMs);
    const settle = (response: Response) => {
      clearTimeout(late);
      answered();
      resolve(response);
    };
    const event: ReceiverEvent = {
      body,
      // Bolt's own signature: what an acknowledgment may carry differs by kind of request.
      ack: async (response) => {
        settle(
          response === undefined || response === ''
            ? new Response('')
            : typeof response === 'string'
              ? new Response(response)
              : Response.json(response),
        );
        // What follows is the work: those who still wait for their acknowledgment come first.
        await unanswered.none();
      },
      ...retryOf(request),
    };
    app.processEvent(event).then(
      // Nobody acknowledged it: an unknown action is not an error to show to a person.
      () => settle(new Response('')),
      (error: unknown) => {
        log.error({ type: body.type ?? body.command, error: nameOf(error) }, 'a Slack request failed');
        settle(new Response('It could not be recorded; try again.', { status: 500 }));
      },
    );
  });
}

function retryOf(request: Request): Pick<ReceiverEvent, 'retryNum' | 'retryReason'> {
  const number = request.headers.get('x-slack-retry-num');
  if (number === null) return {};
  return { retryNum: Number(number), retryReason: request.headers.get('x-slack-retry-reason') ?? '' };
}

function parseBody(contentType: string, text: string): Body | null {
  try {
    if (contentType.startsWith('application/json')) return asBody(JSON.parse(text));
    const form = Object.fromEntries(new URLSearchParams(text));
    return form.payload === undefined ? form : asBody(JSON.parse(form.payload));
  } catch {
    // Not JSON: the caller answers 400.
    return null;
  }
}

const isRecord = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asBody = (value: unknown): Body | null => (isRecord(value) ? value : null);

/** An error for the log: by Slack's own name for it, else without what it quotes, which may be what a person typed. */
export function nameOf(error: unknown): string {
  if (error instanceof webApi.WebAPIPlatformError) return `${error.name}: ${error.data.error}`;
  // Bolt wraps what a listener throws.
  const original = error instanceof Error ? Reflect.get(error, 'original') : null;
  return safeMessage(original instanceof Error ? original : error);
}
