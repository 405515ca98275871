import { Hono } from 'hono';
import { may } from '../../core/people/permissions.ts';
import type { PersonRow } from '../../core/queries/settings.ts';
import type { Refusal, Result } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { textOf, textsOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { can, canOverAll, loadFrame, needs } from '../views/frame.ts';
import { PeoplePage } from '../views/settings/people.tsx';
import { PersonDeeds, PersonForm, type PersonValues, SignInLinkShown } from '../views/settings/person-form.tsx';
import { permittedMerchants } from './settings.tsx';

const list = '/settings/people';

/** Who may do what: read by admins, changed by owners. */
export default function people(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands, queries } = deps.desk;

  app.get(list, async (c) => {
    const { merchantId } = needs(c, 'administer');
    const [frame, rows, merchants, warehouses] = await Promise.all([
      loadFrame(c, deps),
      queries.listPeople({ merchantIds: [merchantId] }),
      permittedMerchants(c, deps),
      queries.listWarehouses({ merchantIds: [merchantId] }),
    ]);
    const body = (
      <PeoplePage
        frame={frame}
        people={rows}
        merchants={new Map(merchants.map((one) => [one.id, one.name]))}
        warehouses={new Map(warehouses.map((one) => [one.id, one.name]))}
        mayOwn={can(c, 'own')}
      />
    );
    return renderPage(c, frame, { title: 'People', section: 'settings' }, body);
  });

  const form = async (c: WebContext, person: PersonRow | null, values: PersonValues, refusal?: Refusal) => {
    const { actor, merchantId } = needs(c, 'own');
    const [merchants, warehouses] = await Promise.all([
      permittedMerchants(c, deps),
      queries.listWarehouses({ merchantIds: [merchantId] }),
    ]);
    const title = person === null ? 'Invite a person' : person.name;
    return renderDialog(c, deps, { title, section: 'settings', refusal }, (view) => (
      <>
        <PersonForm
          view={view}
          id={person?.id ?? null}
          values={values}
          merchants={merchants.filter((merchant) => may(actor, 'own', merchant.id))}
          warehouses={warehouses}
          mayGiveAll={canOverAll(c, 'own')}
          holdsSeveral={(person?.grants.length ?? 0) > 1}
          refusals={refusal === undefined ? [] : [refusal]}
        />
        {person === null ? null : <PersonDeeds view={view} person={person} />}
      </>
    ));
  };

  const shown = (c: WebContext, name: string, { token, expiresAt }: { token: string; expiresAt: Date }) => {
    const url = `${deps.config.publicUrl}/sign-in?token=${token}`;
    return renderDialog(c, deps, { title: 'Sign-in link', section: 'settings' }, (view) => (
      <SignInLinkShown view={view} name={name} url={url} expiresAt={expiresAt} />
    ));
  };

  app.get(`${list}/new`, (c) => {
    const { merchantId } = needs(c, 'own');
    return form(c, null, { name: '', email: '', role: 'operator', merchantIds: [merchantId], warehouseIds: 'all' });
  });

  app.post(`${list}/new`, async (c) => {
    const asked = needs(c, 'own');
    const values = valuesOf(c);
    const result = await commands.invitePerson({ ...asked, ...values });
    return result.ok ? shown(c, values.name, result.value) : form(c, null, values, result.error);
  });

  app.get(`${list}/:id`, async (c) => {
    const person = await personOf(c, deps);
    const [grant] = person.grants;
    const held = { role: 'viewer', merchantIds: [], warehouseIds: 'all' as const, ...grant };
    return form(c, person, { ...held, name: person.name, email: person.email ?? '' });
  });

  app.post(`${list}/:id`, async (c) => {
    const person = await personOf(c, deps);
    const values = valuesOf(c);
    const result = await commands.changePerson({ ...needs(c, 'own'), personId: person.id, ...values });
    if (!result.ok) return form(c, person, values, result.error);
    setFlash(c, { message: `${values.name} saved.` });
    return leadTo(c, list);
  });

  app.post(`${list}/:id/link`, async (c) => {
    const person = await personOf(c, deps);
    const link = granted(await commands.makeSignInLink({ ...needs(c, 'own'), personId: person.id }));
    return shown(c, person.name, link);
  });

  const deeds: readonly [string, string, (input: Parameters<typeof commands.signOutEverywhere>[0]) => Deed][] = [
    ['sign-out', 'is signed out everywhere', (input) => commands.signOutEverywhere(input)],
    ['disable', 'is disabled and signed out', (input) => commands.setPersonStatus({ ...input, status: 'disabled' })],
    ['enable', 'may sign in again, by a new link', (input) => commands.setPersonStatus({ ...input, status: 'active' })],
  ];
  for (const [deed, said, act] of deeds) {
    app.post(`${list}/:id/${deed}`, async (c) => {
      const person = await personOf(c, deps);
      granted(await act({ ...needs(c, 'own'), personId: person.id }));
      setFlash(c, { message: `${person.name} ${said}.` });
      return leadTo(c, list);
    });
  }

  return app;
}

type Deed = Promise<Result<unknown>>;

function granted<T>(result: Result<T>): T {
  if (!result.ok) throw new HttpRefusal(statusOf(result.error), result.error);
  return result.value;
}

/** Somebody with a role over the merchant looked at; 404 for everybody else. */
async function personOf(c: WebContext, deps: WebDeps): Promise<PersonRow> {
  const { merchantId } = needs(c, 'own');
  const rows = await deps.desk.queries.listPeople({ merchantIds: [merchantId] });
  const person = rows.find((row) => row.id === c.req.param('id'));
  if (person === undefined) throw HttpRefusal.notFound();
  return person;
}

function valuesOf(c: WebContext) {
  const [merchants, warehouses] = [textsOf(c, 'merchant'), textsOf(c, 'warehouse')];
  return {
    name: textOf(c, 'name'),
    email: textOf(c, 'email'),
    role: textOf(c, 'role'),
    merchantIds: merchants.includes('all') ? ('all' as const) : merchants,
    warehouseIds: warehouses.includes('all') ? ('all' as const) : warehouses,
  };
}
