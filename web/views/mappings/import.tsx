import type { ImportedMappings } from '../../../core/commands/import-mappings.ts';
import type { Refusal } from '../../../core/result.ts';
import { plural } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, Card, Csrf, FormErrors, Notice, PageHead, TextArea } from '../parts.tsx';

export interface ImportPageProps {
  readonly frame: PageFrame;
  readonly imported?: ImportedMappings | undefined;
  readonly refusals?: readonly Refusal[] | undefined;
  readonly typed?: string | undefined;
}

/** A file or pasted rows, then what became of each row. */
export const MappingImportPage = ({ frame, imported, refusals = [], typed }: ImportPageProps) => (
  <>
    <PageHead
      title="Import mappings"
      lede="One row for each warehouse SKU. Rows with the same store and platform SKU are one combination."
    />
    <div class="stack">
      {imported === undefined ? null : <Outcome imported={imported} />}
      <Card title="The table">
        <form class="stack" method="post" action="/mappings/import" enctype="multipart/form-data">
          <Csrf token={frame.csrfToken} />
          <FormErrors refusals={refusals} />
          <p class="muted">
            First line: <code>store,platform_sku,warehouse_sku,quantity</code>. The store by its name; the quantity is
            what one platform unit takes (1 when empty). At most 5,000 rows.{' '}
            <a href="/mappings/export.csv">An export</a> has this form.
          </p>
          <div class="field">
            <label for="f-file">CSV file</label>
            <input id="f-file" type="file" name="file" accept=".csv,text/csv,text/plain" />
          </div>
          <TextArea
            name="rows"
            label="Or paste the rows"
            rows={8}
            value={typed}
            placeholder={
              'store,platform_sku,warehouse_sku,quantity\nNorthwind US,SET-TEATIME,POT-CLAY-S,1\nNorthwind US,SET-TEATIME,CUP-GLASS-2,1'
            }
          />
          <div class="actions">
            <button type="submit" class="btn go">
              Import the rows
            </button>
            <a class="btn ghost" href="/mappings">
              Back to the mappings
            </a>
          </div>
        </form>
      </Card>
    </div>
  </>
);

const outcomeWords = {
  bound: { tone: 'ok', words: 'Bound' },
  unchanged: { tone: 'off', words: 'As it was' },
  failed: { tone: 'hold', words: 'Not taken' },
} as const;

/** Rows shown; what went wrong comes first. */
const shownRows = 300;

const Outcome = ({ imported }: { imported: ImportedMappings }) => {
  const failed = imported.rows.filter((row) => row.result === 'failed');
  const rows = [...failed, ...imported.rows.filter((row) => row.result !== 'failed')];
  return (
    <Card title="What became of the rows">
      <Notice tone={failed.length === 0 ? 'ok' : 'warn'}>
        <p>
          {plural(imported.boundKeys, 'SKU')} bound, {plural(imported.releasedOrders, 'order')} released
          {failed.length === 0 ? '.' : `; ${plural(failed.length, 'row')} not taken. Correct them and import again.`}
        </p>
      </Notice>
      <table class="table cards flow plain">
        <thead>
          <tr>
            <th class="num">Line</th>
            <th>Store</th>
            <th>Platform SKU</th>
            <th>Result</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shownRows).map((row) => (
            <tr>
              <td class="num" data-label="Line">
                {row.line}
              </td>
              <td>{row.store}</td>
              <td>{row.key}</td>
              <td>
                <Badge tone={outcomeWords[row.result].tone}>{outcomeWords[row.result].words}</Badge>
                {row.reason === null ? null : <span class="why">{row.reason}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shownRows ? <p class="muted">And {plural(rows.length - shownRows, 'more row')}.</p> : null}
    </Card>
  );
};
