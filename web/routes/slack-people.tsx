import { Hono } from 'hono';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { textOf } from '../form.ts';
import { HttpRefusal, statusOf } from '../middleware/refusals.ts';
import { leadTo, renderPage } from '../page.tsx';
import { loadFrame, needsOverAll } from '../views/frame.ts';
import { SlackPeoplePage } from '../views/settings/slack-people.tsx';

/** Slack users and who they are at the desk. For owners over all merchants: a confirmation hands out roles. */
export default function slackPeople(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { commands } = deps.desk;

  app.get('/settings/slack-people', (c) => page(c, deps));

  app.post('/settings/slack-people', async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'own');
    const input = { linkId: textOf(c, 'linkId'), personId: textOf(c, 'personId') };
    const result = await commands.confirmSlackPerson({ actor, merchantId, ...input });
    if (!result.ok) return page(c, deps, result.error);
    setFlash(c, { message: `${result.value.slackName} is ${result.value.personName}.` });
    return leadTo(c, '/settings/slack-people');
  });

  app.post('/settings/slack-people/unlink', async (c) => {
    const { actor, merchantId } = needsOverAll(c, 'own');
    const result = await commands.unlinkSlackPerson({ actor, merchantId, linkId: textOf(c, 'linkId') });
    if (!result.ok) return page(c, deps, result.error);
    setFlash(c, { message: `${result.value.slackName} is nobody at the desk now.` });
    return leadTo(c, '/settings/slack-people');
  });

  return app;
}

async function page(c: WebContext, deps: WebDeps, refusal?: Refusal): Promise<Response> {
  const { actor } = needsOverAll(c, 'own');
  const { commands, queries } = deps.desk;
  const [frame, links, people] = await Promise.all([
    loadFrame(c, deps),
    commands.listSlackPeople({ actor }),
    queries.listActivePeople(),
  ]);
  if (!links.ok) throw new HttpRefusal(statusOf(links.error), links.error);
  const refusals = refusal === undefined ? [] : [refusal];
  return renderPage(
    c,
    frame,
    { title: 'Slack people', section: 'settings', status: refusal === undefined ? 200 : statusOf(refusal) },
    <SlackPeoplePage frame={frame} links={links.value} people={people} refusals={refusals} />,
  );
}
