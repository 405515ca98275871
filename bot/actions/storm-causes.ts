import { z } from 'zod';
import type { CausesFrom } from '../../core/ports/alerting.ts';
import { answerByAddress } from '../answer-address.ts';
import { causesPage } from '../causes-page.ts';
import { parseJson } from '../values.ts';
import type { Action, Answer } from './action.ts';

/** A button without a place, also one from when pages were counted: the first page, so that no cause is left out. */
const pageValue = z.object({
  storm: z.uuid(),
  merchant: z.uuid(),
  place: z.object({ way: z.enum(['from', 'after', 'before']), at: z.iso.datetime(), id: z.uuid() }).optional(),
});

const gone = 'These causes are gone. Open the dashboard to see what is held now.';

/** Pages through the causes that a storm's card folds; only the person who asked sees them. */
export const stormCauses: Action = {
  id: 'storm_causes',
  needs: 'see_orders',
  async onCause({ alert, ...gesture }) {
    if (alert.storm === undefined) return gone;
    return (
      (await causesPage(gesture, { stormId: alert.id, merchantId: alert.merchantId, from: { way: 'first' } })) ?? gone
    );
  },
  async onValue({ value, ...gesture }): Promise<Answer> {
    const asked = pageValue.safeParse(parseJson(value));
    if (!asked.success) return gone;
    const { storm: stormId, merchant: merchantId, place } = asked.data;
    const from: CausesFrom = place === undefined ? { way: 'first' } : { ...place, at: new Date(place.at) };
    const page = await causesPage(gesture, { stormId, merchantId, from });
    if (page === null || typeof page === 'string') return page ?? gone;
    const { text, blocks = [] } = page;
    return (await answerByAddress(gesture.responseUrl, { text, blocks: [...blocks] }, 'replace')) ? null : page;
  },
};
