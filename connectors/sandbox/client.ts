import type { z } from 'zod';
import { ConnectorError } from '../../core/errors.ts';
import type { ConnectorSession, HttpClient, HttpRequest } from '../../core/ports/connector.ts';
import { parseJson } from '../shared/json.ts';
import { errorFrom } from './errors.ts';
import { platform } from './profile.ts';

export interface ApiCall {
  readonly operation: string;
  readonly method: HttpRequest['method'];
  /** Under the marketplace's base URL, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly idempotent?: boolean | undefined;
}

/** Sends one call of the seller's API; the text of a success, else the error of the platform's code or status. */
export async function callApi(baseUrl: string, session: ConnectorSession, call: ApiCall): Promise<string> {
  return send(session.http, {
    operation: call.operation,
    method: call.method,
    url: `${baseUrl}/api${call.path}`,
    headers: { authorization: `Bearer ${session.credentials.access_token ?? ''}`, ...jsonHeader(call.body) },
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
    idempotent: call.idempotent,
  });
}

export async function send(http: HttpClient, request: HttpRequest): Promise<string> {
  const response = await http.send(request);
  if (response.status < 200 || response.status > 299) throw errorFrom(request.operation, response);
  return response.text;
}

/** Parses an answer; one that is not what we know is `permanent`, naming the field. */
export function readAnswer<T>(operation: string, text: string, schema: z.ZodType<T>): T {
  return readValue(operation, parseJson(text, { platform, operation }), schema);
}

export function readValue<T>(operation: string, value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const words = `${issue?.path.join('.') ?? 'answer'}: ${issue?.message ?? 'not as expected'}`;
  throw new ConnectorError(`${platform} ${operation}: ${words}`, {
    kind: 'permanent',
    platform,
    operation,
    platformCode: 'bad_answer',
    platformMessage: words,
  });
}

const jsonHeader = (body: unknown): Record<string, string> =>
  body === undefined ? {} : { 'content-type': 'application/json' };
