import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { ConnectorError } from '../../core/errors.ts';
import type { HostRule, HttpClient, HttpRequest, HttpResponse, RecordCall } from '../../core/ports/connector.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Pacer } from '../../core/ports/pacing.ts';
import { type AddressPolicy, guardedLookup, type ResolveHost } from './address-guard.ts';
import { retryAfterMs } from './errors.ts';
import { policyOf, refusalOf } from './host-rule.ts';
import { classifyFailure, failureError, ResponseTooLarge } from './http-failure.ts';
import { excerpt } from './redact.ts';

export interface HttpClientOptions {
  readonly platform: string;
  readonly authorizationId: string | null;
  readonly storeId: string | null;
  readonly allow: HostRule;
  /** Null where there is no rate to keep yet (the first exchange of a consent). */
  readonly pacer: Pacer | null;
  readonly record: RecordCall;
  readonly log: Log;
  readonly now: () => Date;
  /** Credential values that no log may show. */
  readonly secrets?: readonly string[] | undefined;
  /** Ends waiting and calls under way: a shutdown, or a caller's own deadline. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the global `fetch` of the moment of the call. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Host lookup; default the system's. Answers are judged at every connection. */
  readonly resolve?: ResolveHost | undefined;
  /** After decompression; default 20 MB. */
  readonly maxResponseBytes?: number | undefined;
  readonly defaultTimeoutMs?: number | undefined;
  /** Repeats after the first attempt; default 3. */
  readonly retries?: number | undefined;
  /** Jitter; default `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

const defaultMaxResponseBytes = 20 * 1024 * 1024;
const defaultTimeoutMs = 30_000;
const defaultRetries = 3;
/** Backs off 0.5 s, 1 s, 2 s … at most 15 s, each with full jitter. */
const firstBackoffMs = 500;
const longestBackoffMs = 15_000;
/** A longer wait is the job's business: it is told when to come back, instead of holding a worker. */
const longestRetryAfterMs = 60_000;
/** How long all processes hold back at most on a platform's word: one odd header must not silence a store for a day. */
const longestPenaltyMs = 15 * 60_000;
/** What an HTTP header can carry; anything else (a pasted Chinese character, a line break) fails before it is sent. */
const headerValuePattern = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Shorter than the whole-call timeout, so that "could not connect" is told from "no answer". */
const connectTimeoutMs = 10_000;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const agents = new Map<AddressPolicy, Agent>();

/** One pool of connections per policy: sockets are judged when they connect, so a pool never mixes policies. */
function agentFor(policy: AddressPolicy, resolve: ResolveHost | undefined): Agent {
  const make = (): Agent =>
    new Agent({ connect: { lookup: guardedLookup(policy, resolve), timeout: connectTimeoutMs }, connections: 16 });
  if (resolve !== undefined) return make();
  const known = agents.get(policy);
  if (known !== undefined) return known;
  const agent = make();
  agents.set(policy, agent);
  return agent;
}

/** Closes idle connections; for shutdown. */
export async function closeHttpAgents(): Promise<void> {
  const open = [...agents.values()];
  agents.clear();
  await Promise.all(open.map((agent) => agent.destroy()));
}

const sleepFor = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await delay(ms, undefined, signal === undefined ? {} : { signal });
};

type Attempt = { readonly response: HttpResponse } | { readonly error: ConnectorError; readonly tryAgain: boolean };

/** The client of one store (or of one consent under way). See `HttpClient` for what it throws. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { platform, now } = options;
  const dispatcher = agentFor(policyOf(options.allow), options.resolve);
  const maxBytes = options.maxResponseBytes ?? defaultMaxResponseBytes;
  const retries = options.retries ?? defaultRetries;
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? sleepFor;
  const secrets = options.secrets ?? [];

  return {
    async send(request) {
      const idempotent = request.idempotent ?? request.method === 'GET';
      const url = allowedUrl(request);
      checkHeaders(request);
      for (let attempt = 1; ; attempt += 1) {
        await pace(request);
        const result = await once(request, url, attempt, idempotent);
        const isLast = attempt > retries;
        if ('error' in result) {
          if (!result.tryAgain || isLast) throw result.error;
          await wait(request, backoffMs(attempt));
          continue;
        }
        const { response } = result;
        if (redirectStatuses.has(response.status)) throw redirected(request, response);
        const asked = retryAfterMs(response.headers['retry-after'], now());
        const isThrottled = response.status === 429;
        if (isThrottled)
          await options.pacer?.penalize(request.operation, Math.min(asked ?? backoffMs(attempt), longestPenaltyMs));
        // A 429 was refused before it had an effect, so it may be repeated whatever the request was.
        const mayRepeat = isThrottled || (idempotent && (response.status >= 500 || response.status === 408));
        if (mayRepeat && !isLast && (asked ?? 0) <= longestRetryAfterMs) {
          await wait(request, asked ?? backoffMs(attempt));
          continue;
        }
        if (isThrottled || response.status === 503) throw unavailable(request, response, asked, idempotent);
        return response;
      }
    },
  };

  function fail(request: HttpRequest, code: string, words: string): ConnectorError {
    return new ConnectorError(`${platform} ${request.operation}: ${words}`, {
      kind: 'permanent',
      platform,
      operation: request.operation,
      platformCode: code,
      platformMessage: words,
    });
  }

  function allowedUrl(request: HttpRequest): URL {
    if (!URL.canParse(request.url)) throw fail(request, 'bad_url', 'the address is not a URL');
    const url = new URL(request.url);
    const refusal = refusalOf(url, options.allow);
    if (refusal === null) return url;
    record(request, url, 1, now(), { status: null, bytes: 0, error: 'host_refused', text: undefined });
    throw fail(request, 'host_refused', refusal);
  }

  function checkHeaders(request: HttpRequest): void {
    const bad = Object.entries(request.headers ?? {}).find(([, value]) => !headerValuePattern.test(value));
    if (bad === undefined) return;
    throw fail(
      request,
      'bad_header',
      `a character in "${bad[0]}" cannot be sent; check the credentials for stray characters`,
    );
  }

  function redirected(request: HttpRequest, response: HttpResponse): ConnectorError {
    const location = response.headers.location ?? '';
    const target = URL.canParse(location, request.url) ? new URL(location, request.url) : null;
    const words = `redirected (HTTP ${response.status}) to ${target === null ? 'nowhere' : target.origin + target.pathname}; redirects are not followed`;
    return new ConnectorError(`${platform} ${request.operation}: ${words}`, {
      kind: 'permanent',
      platform,
      operation: request.operation,
      platformCode: 'redirect',
      platformMessage: words,
      httpStatus: response.status,
    });
  }

  function unavailable(
    request: HttpRequest,
    response: HttpResponse,
    askedMs: number | null,
    idempotent: boolean,
  ): ConnectorError {
    const isThrottled = response.status === 429;
    return new ConnectorError(`${platform} ${request.operation}: HTTP ${response.status}`, {
      kind: 'retryable',
      platform,
      operation: request.operation,
      platformCode: String(response.status),
      platformMessage: isThrottled ? 'too many requests' : 'temporarily unavailable',
      httpStatus: response.status,
      retryAfterMs: askedMs ?? undefined,
      outcomeUnknown: !isThrottled && !idempotent,
    });
  }

  function backoffMs(attempt: number): number {
    return Math.round(random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempt - 1)));
  }

  function stopped(request: HttpRequest, outcomeUnknown: boolean, cause: unknown): ConnectorError {
    return new ConnectorError(`${platform} ${request.operation}: stopped before it was done`, {
      kind: 'retryable',
      platform,
      operation: request.operation,
      platformCode: 'stopped',
      outcomeUnknown,
      cause,
    });
  }

  /** Runs a wait; when our own signal ended it, nothing was sent meanwhile. */
  async function orStopped(request: HttpRequest, waiting: Promise<void>): Promise<void> {
    try {
      await waiting;
    } catch (error) {
      if (options.signal?.aborted === true) throw stopped(request, false, error);
      throw error;
    }
  }

  async function pace(request: HttpRequest): Promise<void> {
    if (options.signal?.aborted === true) throw stopped(request, false, options.signal.reason);
    if (options.pacer !== null) {
      await orStopped(request, options.pacer.take(request.operation, request.cost, options.signal));
    }
  }

  function wait(request: HttpRequest, ms: number): Promise<void> {
    return orStopped(request, sleep(ms, options.signal));
  }

  async function once(request: HttpRequest, url: URL, attempt: number, idempotent: boolean): Promise<Attempt> {
    const startedAt = now();
    const timeout = AbortSignal.timeout(request.timeoutMs ?? options.defaultTimeoutMs ?? defaultTimeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    try {
      const send = options.fetch ?? globalThis.fetch;
      const init: RequestInit & { dispatcher: Agent } = {
        method: request.method,
        redirect: 'manual',
        signal,
        dispatcher,
        headers: { 'user-agent': 'holdfast/0.1', accept: 'application/json', ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
      };
      const answer = await send(url, init);
      const { text, bytes } = await readBody(answer);
      const response: HttpResponse = { status: answer.status, headers: Object.fromEntries(answer.headers), text };
      record(request, url, attempt, startedAt, { status: answer.status, bytes, error: null, text });
      return { response };
    } catch (cause) {
      if (options.signal?.aborted === true && !timeout.aborted) {
        record(request, url, attempt, startedAt, { status: null, bytes: 0, error: 'stopped', text: undefined });
        return { error: stopped(request, !idempotent, cause), tryAgain: false };
      }
      const failure = classifyFailure(cause, timeout.aborted);
      record(request, url, attempt, startedAt, { status: null, bytes: 0, error: failure.code, text: undefined });
      options.log.warn(
        { platform, operation: request.operation, storeId: options.storeId, attempt, code: failure.code },
        'platform call failed',
      );
      const error = failureError(failure, { platform, operation: request.operation, idempotent, cause });
      return { error, tryAgain: failure.kind === 'retryable' && (idempotent || !failure.mayHaveArrived) };
    }
  }

  async function readBody(answer: Response): Promise<{ text: string; bytes: number }> {
    if (answer.body === null) return { text: '', bytes: 0 };
    const declared = Number(answer.headers.get('content-length') ?? 0);
    if (declared > maxBytes) {
      await answer.body.cancel();
      throw new ResponseTooLarge(maxBytes);
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        await reader.cancel();
        throw new ResponseTooLarge(maxBytes);
      }
      chunks.push(value);
    }
    return { text: Buffer.concat(chunks, bytes).toString('utf8'), bytes };
  }

  function record(
    request: HttpRequest,
    url: URL,
    attempt: number,
    startedAt: Date,
    outcome: { status: number | null; bytes: number; error: string | null; text: string | undefined },
  ): void {
    const hasFailed = outcome.status === null || outcome.status >= 300;
    options.record({
      authorizationId: options.authorizationId,
      storeId: options.storeId,
      direction: 'out',
      operation: request.operation,
      method: request.method,
      target: url.host + url.pathname,
      status: outcome.status,
      durationMs: Math.max(0, now().getTime() - startedAt.getTime()),
      requestBytes: request.body === undefined ? 0 : Buffer.byteLength(request.body),
      responseBytes: outcome.bytes,
      attempt,
      error: outcome.error ?? (hasFailed ? `HTTP ${outcome.status}` : null),
      requestExcerpt: hasFailed ? excerpt(request.body, secrets) : null,
      responseExcerpt: hasFailed ? excerpt(outcome.text, secrets) : null,
      at: startedAt,
    });
  }
}
