/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { MarketEnv } from './env.ts';

/** A page with its doctype: without one, browsers fall back to the table rules of the nineties. */
export const showPage = (
  c: Context<MarketEnv>,
  page: ReturnType<typeof Page>,
  status: 200 | 400 = 200,
): Response | Promise<Response> => c.html(`<!doctype html>${page}`, status);

/** Every page of the simulated marketplace; it looks unlike the desk, so that nobody mistakes one for the other. */
export const Page = (props: { title: string; basePath: string; children?: Child }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{`${props.title} · Sandbox marketplace`}</title>
      <link rel="stylesheet" href={`${props.basePath}/style.css`} />
    </head>
    <body>
      <header>
        <a href={props.basePath || '/'}>Sandbox marketplace</a>
        <span>a simulated sales platform, nothing here is real</span>
      </header>
      <main>{props.children}</main>
    </body>
  </html>
);

export const styles = `
:root { color-scheme: light dark; --line: light-dark(#e5d5c5, #55463a); --accent: light-dark(#b4461f, #f0966e); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#fdf8f3, #1f1a17); color: light-dark(#2b2019, #f3e9e1); }
header { display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; padding: 12px 24px; border-bottom: 2px solid var(--accent); }
header a { font-weight: 700; color: var(--accent); text-decoration: none; }
header span { font-size: 13px; opacity: .75; }
main { max-width: 1280px; margin: 24px auto; padding: 0 24px; }
form label { display: block; margin: 12px 0; }
input:not([type=checkbox]), select { font: inherit; padding: 6px 8px; border: 1px solid var(--line); border-radius: 6px; background: inherit; color: inherit; }
label > input:not([type=checkbox]) { display: block; margin-top: 4px; min-width: 260px; }
label.check { margin: 4px 0; }
fieldset { border: 1px solid var(--line); border-radius: 6px; }
button { font: inherit; padding: 5px 12px; border: 1px solid var(--line); border-radius: 6px; background: light-dark(#fff, #2c2521); color: inherit; cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #1f1a17); }
.actions { display: flex; gap: 8px; flex-wrap: wrap; align-items: center; }
.actions form { display: flex; gap: 8px; margin: 0; }
td button { padding: 2px 8px; font-size: 13px; }
td:first-child { white-space: nowrap; font-weight: 600; }
.hint { font-size: 13px; opacity: .8; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: 13px; }
.tracking { font-weight: 600; color: light-dark(#1d6b3a, #7fd39e); }
`;
