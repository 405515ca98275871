import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Hono } from 'hono';

const require = createRequire(import.meta.url);

const sources = {
  'desk.css': { from: new URL('./public/desk.css', import.meta.url), type: 'text/css; charset=utf-8' },
  'desk.js': { from: new URL('./public/desk.js', import.meta.url), type: 'text/javascript; charset=utf-8' },
  'slack-preview.css': {
    from: new URL('./public/slack-preview.css', import.meta.url),
    type: 'text/css; charset=utf-8',
  },
  'slack-preview.js': {
    from: new URL('./public/slack-preview.js', import.meta.url),
    type: 'text/javascript; charset=utf-8',
  },
  'icon.svg': { from: new URL('./public/icon.svg', import.meta.url), type: 'image/svg+xml' },
  'htmx.js': { from: require.resolve('htmx.org/dist/htmx.min.js'), type: 'text/javascript; charset=utf-8' },
} as const;

export type AssetName = keyof typeof sources;

interface Asset {
  readonly type: string;
  readonly hash: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

const hashLength = 12;
const assets = new Map<string, Asset>();

function asset(name: AssetName): Asset {
  let found = assets.get(name);
  if (found === undefined) {
    const plain = new Uint8Array(readFileSync(sources[name].from));
    found = {
      type: sources[name].type,
      hash: createHash('sha256').update(plain).digest('hex').slice(0, hashLength),
      plain,
      brotli: new Uint8Array(brotliCompressSync(plain)),
      gzip: new Uint8Array(gzipSync(plain)),
    };
    assets.set(name, found);
  }
  return found;
}

const isAssetName = (name: string): name is AssetName => Object.hasOwn(sources, name);

/** The address of a file, with its content's hash: cached for ever, never stale. */
export const assetPath = (name: AssetName): string => `/assets/${asset(name).hash}/${name}`;

/** Style, script, icon and htmx from memory, compressed once. */
export function assetRoutes(): Hono {
  const app = new Hono();
  app.get('/assets/:hash/:name', (c) => {
    const name = c.req.param('name');
    if (!isAssetName(name)) return c.notFound();
    const { type, plain, brotli, gzip, hash } = asset(name);
    const accepted = c.req.header('accept-encoding') ?? '';
    const [body, encoding] = /\bbr\b/.test(accepted)
      ? [brotli, 'br']
      : /\bgzip\b/.test(accepted)
        ? [gzip, 'gzip']
        : [plain, null];
    c.header('content-type', type);
    c.header('vary', 'accept-encoding');
    if (encoding !== null) c.header('content-encoding', encoding);
    // A page of an older process may ask for an older file: it gets the current one, uncached.
    c.header('cache-control', hash === c.req.param('hash') ? 'public, max-age=31536000, immutable' : 'no-cache');
    return c.body(body);
  });
  return app;
}
