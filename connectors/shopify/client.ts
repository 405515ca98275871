import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ConnectorError, type ConnectorErrorKind } from '../../core/errors.ts';
import type { ConnectorSession, HttpResponse } from '../../core/ports/connector.ts';
import { parseJson } from '../shared/json.ts';
import { apiError, graphqlCodes, platformWords } from './errors.ts';
import { apiVersion } from './profile.ts';

/** Throttled answers to one call before the job is told to come back later. */
const throttleRetries = 5;
/** A longer wait for points is the job's business, not a worker's. */
const longestPauseMs = 30_000;
/** Up to this much is added to every wait, so that processes that share a shop do not wake together. */
const jitterMs = 250;
/** What a shop restores per second at the smallest plan, until an answer says better. */
const assumedRestoreRate = 100;

const throttleStatus = z.looseObject({
  maximumAvailable: z.number(),
  currentlyAvailable: z.number(),
  restoreRate: z.number(),
});

const graphqlError = z.looseObject({
  message: z.string().default('no reason given'),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  extensions: z.looseObject({ code: z.string().nullish() }).nullish(),
});

const envelope = z.looseObject({
  data: z.unknown().optional(),
  // The API answers some failures with a text instead of a list.
  errors: z.union([z.array(graphqlError), z.string()]).nullish(),
  extensions: z
    .looseObject({
      cost: z
        .looseObject({ requestedQueryCost: z.number().nullish(), throttleStatus: throttleStatus.nullish() })
        .nullish(),
      search: z.array(z.looseObject({ warnings: z.array(z.unknown()).nullish() })).nullish(),
    })
    .nullish(),
});

type Envelope = z.infer<typeof envelope>;
type GraphqlFailure = z.infer<typeof graphqlError>;

export interface DeniedField {
  /** E.g. `nodes.3.shippingAddress`. */
  readonly path: string;
  readonly message: string;
}

export interface Answer<T> {
  readonly data: T;
  /** The answer as it came, for exact raw texts. */
  readonly text: string;
  /** What Shopify refused to show, where the caller said that it can live without. */
  readonly denied: readonly DeniedField[];
  /** Points that Shopify counted before running it; null when it did not say. */
  readonly requestedCost: number | null;
}

export interface GraphqlClient {
  /**
   * A read. Waits for points, repeats when throttled. Throws `needs_reauthorization` for refused access (named field),
   * `permanent` for a search term that Shopify did not understand (it would answer unfiltered), `MAX_COST_EXCEEDED`
   * as `permanent` with that code. With `allowDenied`, fields refused by ACCESS_DENIED come back in `denied`.
   */
  query<T>(
    document: string,
    variables: Readonly<Record<string, unknown>>,
    data: z.ZodType<T>,
    options?: { readonly allowDenied?: boolean },
  ): Promise<Answer<T>>;
  /** A write: never repeated by itself, save when Shopify says that it was throttled (and so did nothing). */
  mutate<T>(document: string, variables: Readonly<Record<string, unknown>>, data: z.ZodType<T>): Promise<Answer<T>>;
}

/** One client for one connector call: remembers the points left from answer to answer. */
export function createClient(
  session: Pick<ConnectorSession, 'credentials' | 'http' | 'now' | 'log'>,
  operation: string,
): GraphqlClient {
  const url = `https://${session.credentials.shop ?? ''}/admin/api/${apiVersion}/graphql.json`;
  const costs = new Map<string, number>();
  let points: { available: number; restoreRate: number; at: number } | null = null;
  let hasWarnedOfVersion = false;

  return {
    query: (document, variables, data, options) => run(document, variables, data, true, options?.allowDenied ?? false),
    mutate: (document, variables, data) => run(document, variables, data, false, false),
  };

  async function run<T>(
    document: string,
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    isRead: boolean,
    allowDenied: boolean,
  ): Promise<Answer<T>> {
    for (let attempt = 0; ; attempt += 1) {
      await waitForPoints(costs.get(document) ?? 0);
      const response = await session.http.send({
        operation,
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          'x-shopify-access-token': session.credentials.access_token ?? '',
        },
        body: JSON.stringify({ query: document, variables }),
        idempotent: isRead,
      });
      if (response.status !== 200) throw apiError(response, operation);
      noticeVersion(response);
      const body = read(response, isRead);
      const cost = body.extensions?.cost;
      const requested = cost?.requestedQueryCost ?? null;
      if (requested !== null) costs.set(document, requested);
      if (cost?.throttleStatus) {
        points = {
          available: cost.throttleStatus.currentlyAvailable,
          restoreRate: cost.throttleStatus.restoreRate,
          at: session.now().getTime(),
        };
      }
      const errors = errorsOf(body);
      if (errors.some((error) => error.extensions?.code === 'THROTTLED')) {
        const waitMs = msUntil(requested ?? costs.get(document) ?? assumedRestoreRate);
        if (attempt >= throttleRetries || waitMs > longestPauseMs) throw throttled(response, waitMs);
        await pause(waitMs);
        continue;
      }
      const denied = judge(errors, body, response, isRead, allowDenied);
      const unknownTerm = body.extensions?.search?.some((search) => (search.warnings ?? []).length > 0) ?? false;
      if (unknownTerm) throw failure('permanent', 'search_warning', 'Shopify did not understand the search.', response);
      const parsed = schema.safeParse(body.data);
      if (!parsed.success) {
        const places = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
        throw failure('permanent', 'bad_answer', `The answer has another shape than expected at: ${places}`, response);
      }
      return { data: parsed.data, text: response.text, denied, requestedCost: requested };
    }
  }

  /** A retired version silently falls forward: the answer then names another one than was asked for. */
  function noticeVersion(response: HttpResponse): void {
    const served = response.headers['x-shopify-api-version'];
    if (served === undefined || served === apiVersion || hasWarnedOfVersion) return;
    hasWarnedOfVersion = true;
    session.log?.warn({ platform: 'shopify', asked: apiVersion, served }, 'Shopify serves another API version');
  }

  /** A torn answer to a write may stand for a write that was done. */
  function read(response: HttpResponse, isRead: boolean): Envelope {
    try {
      return envelope.parse(parseJson(response.text, { platform: 'shopify', operation }));
    } catch (cause) {
      const isTorn = cause instanceof ConnectorError && cause.kind === 'retryable';
      throw new ConnectorError(`shopify ${operation}: the answer cannot be read`, {
        kind: isTorn || !isRead ? 'retryable' : 'permanent',
        platform: 'shopify',
        operation,
        platformCode: 'bad_answer',
        platformMessage: 'Shopify’s answer cannot be read.',
        httpStatus: response.status,
        requestId: response.headers['x-request-id'],
        outcomeUnknown: !isRead,
      });
    }
  }

  /** Throws for every top-level error, save refused fields where the caller allows them and something came back. */
  function judge(
    errors: readonly GraphqlFailure[],
    body: Envelope,
    response: HttpResponse,
    isRead: boolean,
    allowDenied: boolean,
  ): readonly DeniedField[] {
    const first = errors[0];
    if (first === undefined) return [];
    const isDenied = (error: GraphqlFailure) => error.extensions?.code === 'ACCESS_DENIED';
    const hasData = body.data !== null && body.data !== undefined;
    if (errors.every(isDenied) && allowDenied && hasData) return errors.map(deniedField);
    const worst = errors.find((error) => !isDenied(error)) ?? first;
    const code = worst.extensions?.code ?? 'GRAPHQL_ERROR';
    const where = worst.path?.join('.');
    const words = `${platformWords(worst.message)}${where === undefined ? '' : ` (${where})`}`;
    const kind = graphqlCodes[code] ?? 'permanent';
    throw failure(kind, code, words, response, kind === 'retryable' && !isRead);
  }

  function failure(
    kind: ConnectorErrorKind,
    code: string,
    words: string,
    response: HttpResponse,
    outcomeUnknown = false,
  ): ConnectorError {
    return new ConnectorError(`shopify ${operation}: ${code}, ${words}`, {
      kind,
      platform: 'shopify',
      operation,
      platformCode: code,
      platformMessage: words,
      httpStatus: response.status,
      requestId: response.headers['x-request-id'],
      outcomeUnknown,
    });
  }

  function throttled(response: HttpResponse, retryAfterMs: number): ConnectorError {
    return new ConnectorError(`shopify ${operation}: throttled`, {
      kind: 'retryable',
      platform: 'shopify',
      operation,
      platformCode: 'THROTTLED',
      platformMessage: 'Shopify asks to slow down.',
      httpStatus: response.status,
      requestId: response.headers['x-request-id'],
      retryAfterMs,
    });
  }

  /** Ms until the shop has restored enough points for a call of `cost`. */
  function msUntil(cost: number): number {
    if (points === null) return 1000;
    const elapsedSeconds = Math.max(0, session.now().getTime() - points.at) / 1000;
    const restoreRate = points.restoreRate > 0 ? points.restoreRate : assumedRestoreRate;
    const lacking = cost - (points.available + elapsedSeconds * restoreRate);
    return lacking <= 0 ? 0 : Math.ceil((lacking / restoreRate) * 1000);
  }

  async function waitForPoints(cost: number): Promise<void> {
    const waitMs = points === null ? 0 : msUntil(cost);
    if (waitMs > 0) await pause(Math.min(waitMs, longestPauseMs));
  }
}

const pause = (ms: number): Promise<void> => delay(ms + Math.random() * Math.min(jitterMs, ms));

const deniedField = (error: GraphqlFailure): DeniedField => ({
  path: (error.path ?? []).join('.'),
  message: platformWords(error.message),
});

function errorsOf(body: Envelope): readonly GraphqlFailure[] {
  if (typeof body.errors === 'string') return [graphqlError.parse({ message: body.errors })];
  return body.errors ?? [];
}
