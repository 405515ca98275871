import { z } from 'zod';
import type { Refusal, Result } from './result.ts';

export const processRoles = ['web', 'bot', 'worker', 'scheduler'] as const;
export type ProcessRole = (typeof processRoles)[number];

/** A key of the vault: its id (kept beside every ciphertext) and 32 bytes in base64. */
export interface KeySetting {
  readonly id: string;
  readonly base64: string;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly databasePool: number;
  readonly demo: boolean;
  /** Tests only: a simulated marketplace that runs elsewhere on this machine; null: this process has its own. */
  readonly sandboxUrl: string | null;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly roles: readonly ProcessRole[];
  /** First one seals, all open. Empty: one is made in the data folder (demo mode only). */
  readonly encryptionKeys: readonly KeySetting[];
  /** Null: derived from the current encryption key. */
  readonly sessionSecret: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Addresses that our calls come from, to be shown where a platform wants an allowlist. */
  readonly egressIps: readonly string[];
  /** Bearer token that /metrics asks for; null: open to loopback only. */
  readonly metricsToken: string | null;
  readonly allowPrivateWooCommerce: boolean;
  readonly callLogDays: number;
  readonly rawPayloadDays: number;
  /** How old a store's last complete sync may be before a dispatch looks at the platform again; null: one sync period. */
  readonly freshnessMinutes: number | null;
  readonly shutdownSeconds: number;
  readonly shopify: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly slack: SlackConfig | null;
}

export interface SlackConfig {
  readonly botToken: string;
  /** `http`: interactions come to the web role, checked with the secret; `socket`: the bot role fetches them. */
  readonly transport:
    | { readonly kind: 'http'; readonly signingSecret: string }
    | { readonly kind: 'socket'; readonly appToken: string };
  /** Channel id for alerts without a route of their own; null: none until one is chosen. */
  readonly channel: string | null;
  /** Tests only: where a stand-in for Slack listens. */
  readonly apiUrl?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment as a `Config`, or every mistake in it at once; `field` of each refusal is the variable. Pure.
 * An empty variable counts as not set.
 */
export function parseConfig(environment: Environment): Result<Config, readonly Refusal[]> {
  const refusals: Refusal[] = [];
  const refuse = (field: string, message: string): void => {
    refusals.push({ code: 'bad_setting', field, message: `${field} ${message}` });
  };
  const text = (name: string): string | null => {
    const value = environment[name]?.trim();
    return value === undefined || value === '' ? null : value;
  };
  const read = <T>(name: string, schema: z.ZodType<T>, fallback: NoInfer<T>, message: string): T => {
    const value = text(name);
    if (value === null) return fallback;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    refuse(name, message);
    return fallback;
  };
  const whole = (name: string, fallback: number, least: number, most: number): number =>
    read(name, wholeNumber(least, most), fallback, `must be a whole number from ${least} to ${most}.`);
  const flag = (name: string, fallback: boolean): boolean => read(name, flagSchema, fallback, 'must be 1 or 0.');

  const port = whole('PORT', 3_000, 1, 65_535);
  const host = text('HOST') ?? '127.0.0.1';
  const databaseUrl = read(
    'DATABASE_URL',
    databaseUrlSchema.nullable(),
    null,
    'must look like postgres://user:password@host:5432/name.',
  );
  const demo = flag('DEMO', isLoopback(host) && text('DATABASE_URL') === null);
  const roles = read(
    'ROLES',
    rolesSchema,
    processRoles,
    `must name some of ${processRoles.join(', ')}, joined by commas.`,
  );
  if (text('DATABASE_URL') === null && roles.length < processRoles.length) {
    refuse(
      'DATABASE_URL',
      `is needed when ROLES is only ${roles.join(',')}: otherwise each process would have a database of its own. ` +
        'Name a PostgreSQL that all of them reach, or leave ROLES out.',
    );
  }
  if (text('DATABASE_URL') === null && text('FLY_PROCESS_GROUP') !== null && text('FLY_PROCESS_GROUP') !== 'app') {
    refuse('DATABASE_URL', 'is needed on Fly with several processes: each machine would have a database of its own.');
  }
  const encryptionKeys = read(
    'ENCRYPTION_KEYS',
    keysSchema,
    [],
    'must be id:key pairs joined by commas, ids different, each key 32 bytes in base64; ' +
      'make one with: openssl rand -base64 32',
  );
  if (!demo && text('ENCRYPTION_KEYS') === null) {
    refuse(
      'ENCRYPTION_KEYS',
      'is needed outside demo mode, because credentials of stores are encrypted with it. ' +
        'Set it to k1:KEY, where KEY comes from: openssl rand -base64 32',
    );
  }

  const config: Config = {
    port,
    host,
    dataDir: text('DATA_DIR') ?? '.data',
    databaseUrl,
    databasePool: whole('DATABASE_POOL', 10, 2, 200),
    demo,
    sandboxUrl: localUrl('SANDBOX_URL', 'http://127.0.0.1:4004/sandbox', text, refuse),
    publicUrl: read(
      'PUBLIC_URL',
      publicUrlSchema,
      `http://localhost:${port}`,
      'must be an origin such as https://desk.example.com, without a path.',
    ),
    roles,
    encryptionKeys,
    sessionSecret: read('SESSION_SECRET', z.string().min(32).nullable(), null, 'must have at least 32 characters.'),
    logLevel: read(
      'LOG_LEVEL',
      z.enum(['debug', 'info', 'warn', 'error']),
      'info',
      'must be debug, info, warn or error.',
    ),
    egressIps: read('EGRESS_IPS', list(z.union([z.ipv4(), z.ipv6()])), [], 'must be IP addresses joined by commas.'),
    metricsToken: read('METRICS_TOKEN', z.string().min(16).nullable(), null, 'must have at least 16 characters.'),
    allowPrivateWooCommerce: flag('ALLOW_PRIVATE_WOOCOMMERCE', false),
    callLogDays: whole('CALL_LOG_DAYS', 14, 1, 3_650),
    rawPayloadDays: whole('RAW_PAYLOAD_DAYS', 30, 1, 3_650),
    freshnessMinutes: text('FRESHNESS_MINUTES') === null ? null : whole('FRESHNESS_MINUTES', 15, 0, 10_080),
    shutdownSeconds: whole('SHUTDOWN_SECONDS', 20, 1, 300),
    shopify: parseShopify(text, refuse),
    slack: parseSlack(text, refuse),
  };
  return refusals.length === 0 ? { ok: true, value: config } : { ok: false, error: refusals };
}

/** What is allowed but dangerous in these settings, a sentence each: logged at the start. */
export function warningsOf(config: Pick<Config, 'demo' | 'host' | 'publicUrl'>): readonly string[] {
  const isReached = !isLoopback(config.host) || !isLoopback(new URL(config.publicUrl).hostname);
  if (!config.demo || !isReached) return [];
  const wayBack = [
    ...(isLoopback(config.host) ? [] : ['HOST=127.0.0.1']),
    ...(isLoopback(new URL(config.publicUrl).hostname) ? [] : ['a PUBLIC_URL of this machine (or none)']),
  ];
  return [
    'DEMO=1 ON AN ADDRESS THAT OTHERS REACH: the back office of the sandbox marketplace is open, without signing in, ' +
      'to everybody who reaches the desk, and orders made there come into it. ' +
      `Set DEMO=0, or ${wayBack.join(' and ')}.`,
  ];
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

type ReadText = (name: string) => string | null;
type Refuse = (field: string, message: string) => void;

function parseShopify(text: ReadText, refuse: Refuse): Config['shopify'] {
  const clientId = text('SHOPIFY_CLIENT_ID');
  const clientSecret = text('SHOPIFY_CLIENT_SECRET');
  if (clientId !== null && clientSecret !== null) return { clientId, clientSecret };
  if (clientId !== null) refuse('SHOPIFY_CLIENT_SECRET', 'is missing: it belongs to SHOPIFY_CLIENT_ID.');
  if (clientSecret !== null) refuse('SHOPIFY_CLIENT_ID', 'is missing: it belongs to SHOPIFY_CLIENT_SECRET.');
  return null;
}

function parseSlack(text: ReadText, refuse: Refuse): SlackConfig | null {
  const botToken = text('SLACK_BOT_TOKEN');
  const signingSecret = text('SLACK_SIGNING_SECRET');
  const appToken = text('SLACK_APP_TOKEN');
  const channel = text('SLACK_CHANNEL');
  const apiUrl = localUrl('SLACK_API_URL', 'http://127.0.0.1:4003/api/', text, refuse) ?? undefined;
  if (channel !== null && !/^[CG][A-Z0-9]{5,}$/.test(channel)) {
    refuse(
      'SLACK_CHANNEL',
      "must be a channel id such as C0123456789 (at the end of the channel's details), not its name.",
    );
  }
  if (appToken !== null && !appToken.startsWith('xapp-')) {
    refuse('SLACK_APP_TOKEN', 'must start with xapp-: it is an app-level token.');
  }
  if (botToken === null) {
    if (signingSecret !== null || appToken !== null) {
      refuse('SLACK_BOT_TOKEN', 'is missing: the other Slack settings do nothing without it.');
    }
    return null;
  }
  if (!botToken.startsWith('xoxb-'))
    refuse('SLACK_BOT_TOKEN', 'must start with xoxb-: it is the bot token of the app.');
  // Both set: Socket Mode wins, because an app with Socket Mode switched on gets nothing over HTTP.
  if (appToken !== null) return { botToken, transport: { kind: 'socket', appToken }, channel, apiUrl };
  if (signingSecret !== null) return { botToken, transport: { kind: 'http', signingSecret }, channel, apiUrl };
  refuse('SLACK_SIGNING_SECRET', 'is missing: set it (Slack over HTTP) or SLACK_APP_TOKEN (Socket Mode).');
  return null;
}

/** A stand-in on this machine; any other host could be used to collect tokens. */
function localUrl(name: string, example: string, text: ReadText, refuse: Refuse): string | null {
  const given = text(name);
  if (given === null) return null;
  if (URL.canParse(given) && isLoopback(new URL(given).hostname)) return given;
  refuse(name, `must be an address of this machine, such as ${example}. Leave it out otherwise.`);
  return null;
}

const flagSchema = z
  .enum(['1', '0', 'true', 'false', 'yes', 'no', 'on', 'off'])
  .transform((word) => ['1', 'true', 'yes', 'on'].includes(word));

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** Parts joined by commas; empty ones are ignored. */
const list = <T>(item: z.ZodType<T>): z.ZodType<readonly T[]> =>
  z.string().transform((text, context) => {
    const parts = text.split(',').map((part) => part.trim());
    const parsed = z.array(item).safeParse(parts.filter((part) => part !== ''));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'a part is wrong' });
    return z.NEVER;
  });

const rolesSchema: z.ZodType<readonly ProcessRole[]> = list(z.enum(processRoles))
  .refine((roles) => roles.length > 0)
  .transform((roles) => [...new Set(roles)]);

const databaseUrlSchema = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1;
});

const publicUrlSchema = z
  .string()
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '';
  })
  .transform((text) => new URL(text).origin);

/** Bytes of a vault key; its base64 text has 44 characters. */
export const vaultKeyBytes = 32;

const keysSchema = list(
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=$/)
    .transform((text) => ({ id: text.slice(0, text.indexOf(':')), base64: text.slice(text.indexOf(':') + 1) })),
).refine((keys) => keys.length > 0 && new Set(keys.map(({ id }) => id)).size === keys.length);
