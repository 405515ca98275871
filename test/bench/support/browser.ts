/** A signed-in browser without a screen: reads pages of a running desk whole, and says how long each took. */
export interface Browser {
  /** The page's text and how long it took, from the request to its last byte. Throws unless it is 200 or leads on. */
  get(path: string): Promise<{ readonly text: string; readonly tookMs: number }>;
}

/** `linkUrl`: the owner's one-time link, as the desk prints it. */
export async function signIn(origin: string, linkUrl: string): Promise<Browser> {
  const token = new URL(linkUrl).searchParams.get('token');
  if (token === null) throw new Error('The desk printed no sign-in link.');
  const answer = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: new URL(linkUrl).origin },
    body: new URLSearchParams({ token }),
  });
  await answer.arrayBuffer();
  const cookie = answer.headers.getSetCookie().map((text) => text.split(';')[0]);
  if (answer.status !== 303 || cookie.length === 0) throw new Error(`The sign-in was answered with ${answer.status}.`);
  const headers = { cookie: cookie.join('; '), accept: 'text/html' };
  return {
    async get(path) {
      const beganAt = performance.now();
      const page = await fetch(`${origin}${path}`, { headers, redirect: 'manual' });
      const text = await page.text();
      const tookMs = performance.now() - beganAt;
      if (page.status !== 200 && page.status !== 303) throw new Error(`${path} was answered with ${page.status}.`);
      return { text, tookMs };
    },
  };
}
