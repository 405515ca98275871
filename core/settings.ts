import { processRoles } from './config.ts';

/** One environment variable: the README's table and `main.ts help` are made from these. */
export interface Setting {
  readonly name: string;
  readonly needed: string;
  readonly default: string;
  readonly about: string;
}

export const settings = [
  { name: 'PORT', needed: 'no', default: '3000', about: 'Port of the web server.' },
  {
    name: 'HOST',
    needed: 'no',
    default: '127.0.0.1',
    about: 'Address it listens on. Anything but loopback switches demo mode off unless DEMO=1.',
  },
  {
    name: 'PUBLIC_URL',
    needed: 'behind a proxy or domain',
    default: 'http://localhost:PORT',
    about: 'Where browsers and platforms reach the desk: links, OAuth callbacks, webhooks and the origin check use it.',
  },
  {
    name: 'DATABASE_URL',
    needed: 'in production',
    default: 'embedded PostgreSQL in DATA_DIR',
    about: 'postgres://user:password@host:5432/name of a PostgreSQL 15 or newer. A direct connection, not a pooler.',
  },
  {
    name: 'DATABASE_POOL',
    needed: 'no',
    default: '10',
    about: 'Connections of one process for pages and jobs; its job engine takes up to 10 more.',
  },
  {
    name: 'DATA_DIR',
    needed: 'no',
    default: '.data',
    about: 'Folder of the embedded PostgreSQL and of the key that demo mode makes.',
  },
  {
    name: 'ENCRYPTION_KEYS',
    needed: 'outside demo mode',
    default: 'made in DATA_DIR in demo mode',
    about:
      'id:key pairs joined by commas, each key 32 bytes in base64 (openssl rand -base64 32). The first one encrypts; ' +
      'older ones stay until `npm run rotate-key` has run.',
  },
  {
    name: 'SESSION_SECRET',
    needed: 'no',
    default: 'derived from the first encryption key',
    about: 'Signs session cookies; at least 32 characters.',
  },
  {
    name: 'DEMO',
    needed: 'no',
    default: '1 on loopback without DATABASE_URL, else 0',
    about:
      'The sandbox marketplace and, without Slack tokens, the Slack preview. Never on a server that others reach: ' +
      'the back office of the marketplace is open, without signing in, to everybody who reaches the desk.',
  },
  {
    name: 'SANDBOX_URL',
    needed: 'no',
    default: 'its own',
    about: 'A sandbox marketplace that another process on this machine runs, for tests of several desks.',
  },
  {
    name: 'ROLES',
    needed: 'no',
    default: processRoles.join(','),
    about: 'What this process does. Roles apart need DATABASE_URL.',
  },
  { name: 'LOG_LEVEL', needed: 'no', default: 'info', about: 'debug, info, warn or error.' },
  {
    name: 'METRICS_TOKEN',
    needed: 'to scrape from elsewhere',
    default: 'none: /metrics answers on loopback only',
    about: 'Bearer token for /metrics.',
  },
  {
    name: 'EGRESS_IPS',
    needed: 'for platforms with an IP allowlist',
    default: 'none',
    about: 'Fixed outbound addresses of this installation, joined by commas; shown before the first test.',
  },
  {
    name: 'SHOPIFY_CLIENT_ID, SHOPIFY_CLIENT_SECRET',
    needed: 'for Shopify stores',
    default: 'none',
    about: 'From the app in the Shopify Dev Dashboard.',
  },
  {
    name: 'SLACK_BOT_TOKEN',
    needed: 'for Slack',
    default: 'none',
    about: 'xoxb-… from the Slack app. With it, one of SLACK_SIGNING_SECRET and SLACK_APP_TOKEN.',
  },
  {
    name: 'SLACK_SIGNING_SECRET',
    needed: 'for Slack over HTTP',
    default: 'none',
    about: 'Basic Information of the app.',
  },
  {
    name: 'SLACK_APP_TOKEN',
    needed: 'for Slack over Socket Mode',
    default: 'none',
    about: 'xapp-… with connections:write.',
  },
  { name: 'SLACK_CHANNEL', needed: 'no', default: 'none', about: 'Channel id (C…) for alerts that have no route.' },
  {
    name: 'SLACK_API_URL',
    needed: 'no',
    default: 'Slack',
    about: 'A stand-in for Slack on this machine, for tests.',
  },
  {
    name: 'ALLOW_PRIVATE_WOOCOMMERCE',
    needed: 'no',
    default: '0',
    about: 'Allows WooCommerce stores over http and in private networks.',
  },
  { name: 'CALL_LOG_DAYS', needed: 'no', default: '14', about: 'How long calls to platforms stay in the log.' },
  {
    name: 'RAW_PAYLOAD_DAYS',
    needed: 'no',
    default: '30',
    about: 'How long orders are kept as the platform sent them.',
  },
  {
    name: 'FRESHNESS_MINUTES',
    needed: 'no',
    default: 'one sync period of the store',
    about:
      'What new stores start with: a dispatch looks at the platform again when the last complete sync is older. ' +
      'Each store can say otherwise.',
  },
  {
    name: 'SHUTDOWN_SECONDS',
    needed: 'no',
    default: '20',
    about: 'How long running jobs may take to finish when the process is asked to stop.',
  },
  {
    name: 'FLY_PROCESS_GROUP',
    needed: 'no',
    default: 'set by Fly',
    about: 'Any group but app must have DATABASE_URL, or the desk refuses to start.',
  },
  {
    name: 'TEST_ADMIN_URL',
    needed: 'no',
    default: 'a PostgreSQL of its own',
    about: 'Tests only: a superuser’s URL of another PostgreSQL to test against.',
  },
  {
    name: 'CHROMIUM_PATH',
    needed: 'for browser tests on macOS and ARM',
    default: 'from the package',
    about: 'Tests only: the Chromium to start.',
  },
  {
    name: 'PREVIEW_PICTURES',
    needed: 'no',
    default: 'none',
    about: 'Tests only: a folder for pictures of the walk through the Slack preview.',
  },
] as const satisfies readonly Setting[];
