import { expect, test } from 'vitest';
import { type Config, type Environment, isLoopback, parseConfig, warningsOf } from '../../core/config.ts';
import { settings } from '../../core/settings.ts';

const key = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const older = `k0:${Buffer.alloc(32, 2).toString('base64')}`;
const production: Environment = { DATABASE_URL: 'postgres://desk:pw@db.example/holdfast', ENCRYPTION_KEYS: key };

function accepted(environment: Environment): Config {
  const parsed = parseConfig(environment);
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'));
  return parsed.value;
}

function refused(environment: Environment): readonly (string | undefined)[] {
  const parsed = parseConfig(environment);
  return parsed.ok ? [] : parsed.error.map(({ field }) => field);
}

test('needs nothing set on a developer machine: demo mode, all roles, an embedded database', () => {
  expect(accepted({})).toEqual({
    port: 3000,
    host: '127.0.0.1',
    dataDir: '.data',
    databaseUrl: null,
    databasePool: 10,
    demo: true,
    publicUrl: 'http://localhost:3000',
    roles: ['web', 'bot', 'worker', 'scheduler'],
    sandboxUrl: null,
    encryptionKeys: [],
    sessionSecret: null,
    logLevel: 'info',
    egressIps: [],
    metricsToken: null,
    allowPrivateWooCommerce: false,
    callLogDays: 14,
    rawPayloadDays: 30,
    freshnessMinutes: null,
    shutdownSeconds: 20,
    shopify: null,
    slack: null,
  } satisfies Config);
});

test('an empty variable counts as not set', () => {
  expect(accepted({ PORT: '', DATABASE_URL: ' ', SLACK_BOT_TOKEN: '' })).toEqual(accepted({}));
});

test('demo mode is off as soon as others can reach the desk or it has a database of its own', () => {
  expect(accepted({ HOST: '0.0.0.0', ENCRYPTION_KEYS: key }).demo).toBe(false);
  expect(accepted(production).demo).toBe(false);
  expect(accepted({ ...production, DEMO: '1' }).demo).toBe(true);
  expect(accepted({ DEMO: '0', ENCRYPTION_KEYS: key }).demo).toBe(false);
});

test('demo mode on an address that others reach is warned of, as the sandbox is open to all of them', () => {
  const warned = (environment: Environment) => warningsOf(accepted({ ENCRYPTION_KEYS: key, ...environment }));
  expect(warned({ DEMO: '1', HOST: '0.0.0.0' })).toEqual([expect.stringContaining('without signing in')]);
  expect(warned({ DEMO: '1', PUBLIC_URL: 'https://desk.example.com' })).toHaveLength(1);
  expect(warned({ DEMO: '1', HOST: '0.0.0.0' })[0]).toMatch(/Set DEMO=0, or HOST=127\.0\.0\.1\.$/);
  const tunnelled = warned({ DEMO: '1', HOST: '127.0.0.1', PUBLIC_URL: 'https://desk.example.com' })[0];
  expect(tunnelled).toMatch(/Set DEMO=0, or a PUBLIC_URL of this machine \(or none\)\.$/);
  expect(warned({ DEMO: '1' })).toEqual([]);
  expect(warned({ DEMO: '1', HOST: '::1', PUBLIC_URL: 'http://127.0.0.1:3000' })).toEqual([]);
  expect(warned({ HOST: '0.0.0.0', PUBLIC_URL: 'https://desk.example.com' })).toEqual([]);
});

test('a stand-in for a platform or for Slack is on this machine only', () => {
  expect(accepted({ SANDBOX_URL: 'http://127.0.0.1:4004/sandbox' }).sandboxUrl).toBe('http://127.0.0.1:4004/sandbox');
  expect(refused({ SANDBOX_URL: 'https://market.example/sandbox' })).toEqual(['SANDBOX_URL']);
  expect(
    refused({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's', SLACK_API_URL: 'https://s.example/' }),
  ).toEqual(['SLACK_API_URL']);
});

test('outside demo mode a key must be given', () => {
  expect(refused({ HOST: '0.0.0.0' })).toEqual(['ENCRYPTION_KEYS']);
  expect(refused({ DATABASE_URL: production.DATABASE_URL })).toEqual(['ENCRYPTION_KEYS']);
  expect(refused({ DEMO: '0' })).toEqual(['ENCRYPTION_KEYS']);
});

test('the first key is the current one', () => {
  expect(accepted({ ...production, ENCRYPTION_KEYS: `${key}, ${older}` }).encryptionKeys.map(({ id }) => id)).toEqual([
    'k1',
    'k0',
  ]);
});

test('roles apart need a database that they share', () => {
  expect(refused({ ROLES: 'web' })).toEqual(['DATABASE_URL']);
  expect(refused({ FLY_PROCESS_GROUP: 'worker' })).toEqual(['DATABASE_URL']);
  expect(accepted({ ...production, ROLES: 'worker, web, worker' }).roles).toEqual(['worker', 'web']);
  expect(accepted({ ROLES: 'web,bot,worker,scheduler' }).roles).toHaveLength(4);
});

test('the public address loses a trailing slash and follows the port', () => {
  expect(accepted({ PORT: '4000' }).publicUrl).toBe('http://localhost:4000');
  expect(accepted({ PUBLIC_URL: 'https://desk.example.com/' }).publicUrl).toBe('https://desk.example.com');
});

test('Slack comes over HTTP or Socket Mode, by which token is set', () => {
  const token = { SLACK_BOT_TOKEN: 'xoxb-1' };
  expect(accepted({ ...token, SLACK_SIGNING_SECRET: 's', SLACK_CHANNEL: 'C0123456' }).slack).toEqual({
    botToken: 'xoxb-1',
    transport: { kind: 'http', signingSecret: 's' },
    channel: 'C0123456',
  });
  expect(accepted({ ...token, SLACK_SIGNING_SECRET: 's', SLACK_APP_TOKEN: 'xapp-1' }).slack?.transport).toEqual({
    kind: 'socket',
    appToken: 'xapp-1',
  });
});

test('Shopify needs both of its settings', () => {
  expect(accepted({ SHOPIFY_CLIENT_ID: 'id', SHOPIFY_CLIENT_SECRET: 'secret' }).shopify).toEqual({
    clientId: 'id',
    clientSecret: 'secret',
  });
});

test.each<[string, Environment]>([
  ['PORT', { PORT: 'http' }],
  ['PORT', { PORT: '0' }],
  ['PORT', { PORT: '65536' }],
  ['PORT', { PORT: '3000.5' }],
  ['DATABASE_URL', { ...production, DATABASE_URL: 'db.example/holdfast' }],
  ['DATABASE_URL', { ...production, DATABASE_URL: 'mysql://db.example/holdfast' }],
  ['DATABASE_URL', { ...production, DATABASE_URL: 'postgres://db.example' }],
  ['DATABASE_POOL', { DATABASE_POOL: '1' }],
  ['DEMO', { DEMO: 'maybe' }],
  ['ROLES', { ...production, ROLES: 'web,cook' }],
  ['ROLES', { ...production, ROLES: ',' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'desk.example.com' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://desk.example.com/orders' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'ftp://desk.example.com' }],
  ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: 'secret' }],
  ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: 'k1:c2hvcnQ=' }],
  ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: `${key},${key}` }],
  ['SESSION_SECRET', { SESSION_SECRET: 'short' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ['EGRESS_IPS', { EGRESS_IPS: '203.0.113.7, office' }],
  ['METRICS_TOKEN', { METRICS_TOKEN: 'short' }],
  ['ALLOW_PRIVATE_WOOCOMMERCE', { ALLOW_PRIVATE_WOOCOMMERCE: 'sometimes' }],
  ['CALL_LOG_DAYS', { CALL_LOG_DAYS: '0' }],
  ['RAW_PAYLOAD_DAYS', { RAW_PAYLOAD_DAYS: '-1' }],
  ['FRESHNESS_MINUTES', { FRESHNESS_MINUTES: 'soon' }],
  ['SHUTDOWN_SECONDS', { SHUTDOWN_SECONDS: '3600' }],
  ['SHOPIFY_CLIENT_ID', { SHOPIFY_CLIENT_SECRET: 'secret' }],
  ['SHOPIFY_CLIENT_SECRET', { SHOPIFY_CLIENT_ID: 'id' }],
  ['SLACK_BOT_TOKEN', { SLACK_BOT_TOKEN: 'xoxp-1', SLACK_SIGNING_SECRET: 's' }],
  ['SLACK_BOT_TOKEN', { SLACK_SIGNING_SECRET: 's' }],
  ['SLACK_SIGNING_SECRET', { SLACK_BOT_TOKEN: 'xoxb-1' }],
  ['SLACK_APP_TOKEN', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xoxb-2' }],
  ['SLACK_CHANNEL', { SLACK_CHANNEL: '#orders' }],
])('refuses a wrong %s: %o', (name, environment) => {
  expect(refused(environment)).toEqual([name]);
});

test('names every mistake at once, each with a way out and without the value', () => {
  const parsed = parseConfig({ PORT: 'canary', ROLES: 'canary', ENCRYPTION_KEYS: 'canary-key', LOG_LEVEL: 'canary' });
  if (parsed.ok) throw new Error('accepted');
  expect(parsed.error.map(({ field }) => field).sort()).toEqual(['ENCRYPTION_KEYS', 'LOG_LEVEL', 'PORT', 'ROLES']);
  for (const { field, message } of parsed.error) {
    expect(message).toMatch(new RegExp(`^${field} (must|is)`));
    expect(message).not.toContain('canary');
  }
});

test('the table of settings has every variable that is read, once', () => {
  const read = new Set<string>();
  const environment = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_target, name) {
        read.add(String(name));
        return undefined;
      },
    },
  );
  parseConfig(environment);
  const listed = settings.flatMap(({ name }) => name.split(', '));
  expect(listed).toEqual([...new Set(listed)]);
  // What tests and the machine set besides is compared by test/readme.test.ts.
  expect(listed).toEqual(expect.arrayContaining([...read]));
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1.example.com', false],
  ['192.168.1.7', false],
])('%s is an address of this machine alone: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
