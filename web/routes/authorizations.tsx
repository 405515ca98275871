import { Hono } from 'hono';
import { isId } from '../../core/ids.ts';
import { hashToken } from '../../core/people/token.ts';
import type { Refusal, Result } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { loadFrame, merchantIdOf, needs, signedInOf } from '../views/frame.ts';
import { Notice, PageHead } from '../views/parts.tsx';
import { ChoicePage } from '../views/stores/choice.tsx';
import { RevokePage } from '../views/stores/confirm.tsx';
import { CredentialsPage } from '../views/stores/credentials.tsx';
import { forForm } from '../views/stores/fields.tsx';
import { LeavingPage } from '../views/stores/leaving.tsx';
import { fieldsOf, isChecked, loadStore, platformOf } from './stores.tsx';

/** What works on an authorization, and so on all stores that it carries. */
export default function authorizationRoutes(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands } = deps.desk;

  app.post('/authorizations/:authorizationId/authorize', async (c) => {
    const who = { ...needs(c, 'administer'), authorizationId: authorizationIdOf(c) };
    const sessionHash = await hashToken(signedInOf(c).token);
    const begun = await commands.beginAuthorization({ ...who, sessionHash });
    const frame = await loadFrame(c, deps);
    if (!begun.ok) return refusedPage(c, frame, begun.error);
    const { platform, url } = begun.value;
    // Not a redirect: browsers hold redirects of a posted form to the policy's form-action, which is this host.
    c.header('refresh', `0; url=${url}`);
    const { name } = platformOf(deps, platform).profile;
    const title = `On to ${name}`;
    return renderPage(c, frame, { title, section: 'stores' }, <LeavingPage url={url} platformName={name} />);
  });

  app.post('/authorizations/:authorizationId/test', async (c) => {
    const who = { ...needs(c, 'administer'), authorizationId: authorizationIdOf(c) };
    const result = await commands.testConnection(who);
    if (result.ok && result.value.choiceId !== null)
      return leadTo(c, `/authorizations/choices/${result.value.choiceId}`);
    return answered(c, deps, result, (tested) => `The connection works: ${tested.shop}.`);
  });

  app.post('/authorizations/:authorizationId/refresh', async (c) => {
    const who = { ...needs(c, 'administer'), authorizationId: authorizationIdOf(c) };
    return answered(c, deps, await commands.refreshAuthorization(who), () => 'The token was renewed.');
  });

  app.get('/authorizations/:authorizationId/revoke', async (c) => {
    needs(c, 'administer');
    const store = await storeOfAuthorization(c, deps, c.req.query('storeId') ?? '');
    const frame = await loadFrame(c, deps);
    return renderPage(c, frame, { title: 'Revoke', section: 'stores' }, <RevokePage frame={frame} store={store} />);
  });

  app.post('/authorizations/:authorizationId/revoke', async (c) => {
    const who = { ...needs(c, 'administer'), authorizationId: authorizationIdOf(c) };
    return answered(c, deps, await commands.revokeAuthorization(who), () => 'Revoked: the credentials are gone.');
  });

  app.get('/authorizations/:authorizationId/credentials', async (c) => {
    needs(c, 'administer');
    const store = await storeOfAuthorization(c, deps, c.req.query('storeId') ?? '');
    return credentialsPage(c, deps, store.storeId, store.authorization.fields, []);
  });

  app.post('/authorizations/:authorizationId/credentials', async (c) => {
    const who = { ...needs(c, 'administer'), authorizationId: authorizationIdOf(c) };
    const store = await storeOfAuthorization(c, deps, textOf(c, 'storeId'));
    const fields = fieldsOf(c, platformOf(deps, store.platform).profile.fields);
    const result = await commands.updateCredentials({ ...who, fields, saveUntested: isChecked(c, 'saveUntested') });
    if (!result.ok) return credentialsPage(c, deps, store.storeId, fields, [result.error]);
    const { next, choiceId } = result.value;
    if (next === 'choose') return leadTo(c, `/authorizations/choices/${choiceId}`);
    const message = {
      done: 'The new credentials work and are in use.',
      authorize: 'Saved; it comes into force with the login. Next: Go to Authorization.',
      test: 'Saved without a test.',
    };
    setFlash(c, { message: message[next] });
    return leadTo(c, `/stores/${store.storeId}`);
  });

  app.get('/authorizations/choices/:choiceId', async (c) => {
    needs(c, 'administer');
    return choicePage(c, deps, []);
  });

  app.post('/authorizations/choices/:choiceId', async (c) => {
    const who = { ...needs(c, 'administer'), choiceId: choiceIdOf(c) };
    const choice = (['replace', 'rename', 'cancel'] as const).find((one) => one === textOf(c, 'choice'));
    if (choice === undefined) throw new HttpRefusal(400, { code: 'bad_choice', message: 'Choose one of the buttons.' });
    const result = await commands.settleAuthorizationChoice({ ...who, choice, name: textOf(c, 'name') });
    if (!result.ok && result.error.field !== undefined) return choicePage(c, deps, [result.error]);
    if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
    const [storeId] = result.value.storeIds;
    setFlash(c, {
      message:
        storeId === undefined ? 'Cancelled: nothing was changed.' : 'Connected. Its first orders are on the way.',
    });
    return leadTo(c, storeId === undefined ? '/stores' : `/stores/${storeId}`);
  });

  return app;
}

function authorizationIdOf(c: WebContext): string {
  const id = c.req.param('authorizationId') ?? '';
  if (!isId(id)) throw HttpRefusal.notFound();
  return id;
}

function choiceIdOf(c: WebContext): string {
  const id = c.req.param('choiceId') ?? '';
  if (!isId(id)) throw HttpRefusal.notFound();
  return id;
}

/** The store that the person came from, if the authorization carries it; else the first that it carries. */
async function storeOfAuthorization(c: WebContext, deps: WebDeps, storeId: string) {
  const authorizationId = authorizationIdOf(c);
  const stores = await deps.desk.queries.listStores({ merchantIds: [merchantIdOf(c)] });
  const carried = stores.filter((store) => store.authorizationId === authorizationId);
  const found = carried.find((store) => store.storeId === storeId) ?? carried[0];
  if (found === undefined) throw HttpRefusal.notFound('This authorization does not exist (any more).');
  return loadStore(c, deps, found.storeId);
}

/** Back to the store: with a confirmation, or with the reason on a page of its own (a toast must not carry it). */
async function answered<T>(
  c: WebContext,
  deps: WebDeps,
  result: Result<T>,
  said: (value: T) => string,
): Promise<Response> {
  const storeId = textOf(c, 'storeId');
  const back = isId(storeId) ? `/stores/${storeId}` : '/stores';
  if (result.ok) {
    setFlash(c, { message: said(result.value) });
    return leadTo(c, back);
  }
  return refusedPage(c, await loadFrame(c, deps), result.error, back);
}

function refusedPage(
  c: WebContext,
  frame: Awaited<ReturnType<typeof loadFrame>>,
  refusal: Refusal,
  back = '/stores',
): Response | Promise<Response> {
  const title = 'This could not be done';
  return renderPage(
    c,
    frame,
    { title, section: 'stores', status: statusOf(refusal) },
    <div class="stack narrow">
      <PageHead title={title} />
      <Notice tone="danger">
        <p>{refusal.message}</p>
      </Notice>
      <div class="actions">
        <a class="btn" href={back}>
          Back to the store
        </a>
      </div>
    </div>,
  );
}

async function credentialsPage(
  c: WebContext,
  deps: WebDeps,
  storeId: string,
  values: Readonly<Record<string, string>>,
  refusals: readonly Refusal[],
): Promise<Response> {
  const [frame, store] = await Promise.all([loadFrame(c, deps), loadStore(c, deps, storeId)]);
  const platform = platformOf(deps, store.platform);
  const [first] = refusals;
  const props = {
    frame,
    store,
    platform,
    egressIps: deps.connections.egressIps,
    values,
    refusals: refusals.map((refusal) => forForm(refusal, platform.profile)),
  };
  return renderPage(
    c,
    frame,
    { title: 'Update Authorization', section: 'stores', status: first === undefined ? 200 : statusOf(first) },
    <CredentialsPage {...props} />,
  );
}

async function choicePage(c: WebContext, deps: WebDeps, refusals: readonly Refusal[]): Promise<Response> {
  const [frame, choice] = await Promise.all([
    loadFrame(c, deps),
    deps.desk.commands.showAuthorizationChoice({ ...needs(c, 'administer'), choiceId: choiceIdOf(c) }),
  ]);
  if (!choice.ok) return refusedPage(c, frame, choice.error);
  const props = { frame, choice: choice.value, refusals, typedName: textOf(c, 'name') };
  const status = refusals.length === 0 ? 200 : 422;
  return renderPage(c, frame, { title: 'Your choice', section: 'stores', status }, <ChoicePage {...props} />);
}
