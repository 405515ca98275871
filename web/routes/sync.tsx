import { Hono } from 'hono';
import type { RequestedMode } from '../../core/commands/request-sync.ts';
import { isId } from '../../core/ids.ts';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import { DialogFoot, DialogForm, renderDialog } from '../dialog.tsx';
import type { WebContext, WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { idsOf, textOf } from '../form.ts';
import { leadTo } from '../page.tsx';
import { plural } from '../views/format.ts';
import { loadFrame, needs } from '../views/frame.ts';
import { Check, Empty, Field, FormErrors, TextArea } from '../views/parts.tsx';
import { momentIn } from '../views/zoned.ts';

/** What the platforms take at once; the command says the exact limit. */
const longestNumbers = 4_000;

/** Manual Sync: Immediate, Time Range, Order Numbers; one or several stores. */
export default function sync(deps: WebDeps): Hono<WebEnv> {
  const { commands } = deps.desk;
  const app = new Hono<WebEnv>();

  app.get('/sync', (c) => syncDialog(c, deps));

  app.post('/sync', async (c) => {
    const frame = await loadFrame(c, deps);
    const mode = modeOf(c, frame.timeZone);
    if ('code' in mode) return syncDialog(c, deps, mode);
    const result = await commands.requestSync({
      ...needs(c, 'work_orders'),
      storeIds: idsOf(c, 'store'),
      mode,
      orderKind: textOf(c, 'kind') === 'b2b' ? 'b2b' : 'b2c',
    });
    if (!result.ok) return syncDialog(c, deps, result.error);
    const { runs } = result.value;
    const joined = runs.filter((run) => run.joined).length;
    const [only] = runs;
    setFlash(c, {
      message:
        joined === runs.length
          ? 'Such a sync is running already; this is it.'
          : `Sync of ${plural(runs.length, 'store')} started.`,
    });
    return leadTo(c, runs.length === 1 && only !== undefined ? `/sync-log/${only.runId}` : '/sync-log');
  });

  return app;
}

function modeOf(c: WebContext, timeZone: string): RequestedMode | Refusal {
  switch (textOf(c, 'mode')) {
    case 'time_range': {
      const since = momentIn(textOf(c, 'since'), timeZone);
      const until = momentIn(textOf(c, 'until'), timeZone);
      if (since === null) return { code: 'bad_time', message: 'Say when the range begins.', field: 'since' };
      if (until === null) return { code: 'bad_time', message: 'Say when the range ends.', field: 'until' };
      return { kind: 'time_range', since, until };
    }
    case 'order_numbers': {
      const numbers = textOf(c, 'numbers')
        .split(/[\s,;]+/)
        .filter((number) => number !== '');
      if (numbers.length === 0) {
        return { code: 'no_numbers', message: 'Give at least one order number.', field: 'numbers' };
      }
      return { kind: 'order_numbers', numbers: [...new Set(numbers)] };
    }
    default:
      return { kind: 'immediate' };
  }
}

const modes = [
  ['immediate', 'Immediate Sync', 'The latest orders, since the last sync.'],
  ['time_range', 'Time Range Sync', 'Orders changed between two times.'],
  ['order_numbers', 'Order Number Sync', 'These orders; each that is not taken says why.'],
] as const;

async function syncDialog(c: WebContext, deps: WebDeps, refusal?: Refusal): Promise<Response> {
  const { merchantId } = needs(c, 'work_orders');
  const stores = await deps.desk.queries.listStoreNames({ merchantIds: [merchantId] });
  const isSent = c.get('form') !== null;
  const isB2b = (isSent ? textOf(c, 'kind') : c.req.query('kind')) === 'b2b';
  const asked = c.req.query('store') ?? '';
  const chosen = new Set(isSent ? idsOf(c, 'store') : isId(asked) ? [asked] : stores.map((store) => store.id));
  const mode = isSent ? textOf(c, 'mode') : 'immediate';
  const refusals = refusal === undefined ? [] : [refusal];
  return renderDialog(
    c,
    deps,
    {
      title: isB2b ? 'Manual Sync - PO Mode' : 'Manual Sync',
      section: 'orders',
      lede: 'Runs in the background; its progress opens when it starts.',
      refusal,
    },
    (view) =>
      stores.length === 0 ? (
        <Empty title="No store yet" why="There is nothing to sync: connect a store first.">
          <a class="btn go" href="/stores/add">
            Add a store
          </a>
        </Empty>
      ) : (
        <DialogForm view={view} action="/sync">
          <FormErrors refusals={refusals} />
          <input type="hidden" name="kind" value={isB2b ? 'b2b' : 'b2c'} />
          <fieldset class="stack tight" id="f-storeIds">
            <legend>Stores</legend>
            <div class="fields">
              {stores.map((store) => (
                <Check
                  name="store"
                  value={store.id}
                  label={store.name}
                  help={deps.platformNames[store.platform] ?? store.platform}
                  checked={chosen.has(store.id)}
                />
              ))}
            </div>
          </fieldset>
          <fieldset class="choices">
            <legend>Mode</legend>
            {modes.map(([value, label, why]) => (
              <label class="choice">
                <input
                  type="radio"
                  name="mode"
                  value={value}
                  checked={mode === value || (value === 'immediate' && mode === '')}
                />
                <span>
                  <b>{label}</b>
                  <span class="why">{why}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <div class="fields when-time_range">
            <Field name="since" label="Start" type="datetime-local" value={textOf(c, 'since')} refusals={refusals} />
            <Field
              name="until"
              label="End"
              type="datetime-local"
              value={textOf(c, 'until')}
              help={`In ${view.frame.timeZone.replaceAll('_', ' ')} time`}
              refusals={refusals}
            />
          </div>
          <div class="when-order_numbers">
            <TextArea
              name="numbers"
              label="Order numbers"
              help="Separated by spaces, commas or lines"
              value={textOf(c, 'numbers')}
              refusals={refusals}
              maxlength={longestNumbers}
            />
          </div>
          <DialogFoot view={view} back={isB2b ? '/orders?kind=b2b' : '/orders'} submit="Start Sync" />
        </DialogForm>
      ),
  );
}
