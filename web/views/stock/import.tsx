import type { ImportedRow } from '../../../core/commands/import-products.ts';
import type { Refusal } from '../../../core/result.ts';
import { plural } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, Card, Csrf, FormErrors, Notice, PageHead, TextArea } from '../parts.tsx';

export interface ProductImportProps {
  readonly frame: PageFrame;
  readonly rows?: readonly ImportedRow[] | undefined;
  readonly refusals?: readonly Refusal[] | undefined;
  readonly typed?: string | undefined;
}

export const ProductImportPage = ({ frame, rows, refusals = [], typed }: ProductImportProps) => (
  <>
    <PageHead
      title="Import products"
      lede="New SKUs are added, known ones changed; stock is set to what the file counts."
    />
    <div class="stack">
      {rows === undefined ? null : <Outcome rows={rows} />}
      <Card title="The table">
        <form class="stack" method="post" action="/stock/import" enctype="multipart/form-data">
          <Csrf token={frame.csrfToken} />
          <FormErrors refusals={refusals} />
          <p class="muted">
            First line: <code>sku,name,barcodes,warehouse,on_hand</code>; all but <code>sku</code> may be left out.
            Barcodes are separated by spaces; the warehouse is its code. Several rows of one SKU count several
            warehouses. At most 5,000 rows and 1 MB.
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
            placeholder={'sku,name,barcodes,warehouse,on_hand\nTEA-OOLONG-150,Oolong tea 150 g,4710000000011,RNO,240'}
          />
          <div class="actions">
            <button type="submit" class="btn go">
              Import the rows
            </button>
            <a class="btn ghost" href="/stock">
              Back to the stock
            </a>
          </div>
        </form>
      </Card>
    </div>
  </>
);

const words = {
  created: { tone: 'ok', words: 'Added' },
  updated: { tone: 'ok', words: 'Changed' },
  unchanged: { tone: 'off', words: 'As it was' },
  failed: { tone: 'hold', words: 'Not taken' },
} as const;

/** Rows shown; what went wrong comes first. */
const shownRows = 300;

const Outcome = ({ rows }: { rows: readonly ImportedRow[] }) => {
  const failed = rows.filter((row) => row.result === 'failed');
  const count = (result: ImportedRow['result']): number => rows.filter((row) => row.result === result).length;
  const sorted = [...failed, ...rows.filter((row) => row.result !== 'failed')];
  return (
    <Card title="What became of the rows">
      <Notice tone={failed.length === 0 ? 'ok' : 'warn'}>
        <p>
          {count('created')} added, {count('updated')} changed, {count('unchanged')} as they were
          {failed.length === 0 ? '.' : `; ${plural(failed.length, 'row')} not taken. Correct them and import again.`}
        </p>
      </Notice>
      <table class="table cards flow plain">
        <thead>
          <tr>
            <th class="num">Line</th>
            <th>SKU</th>
            <th>Result</th>
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, shownRows).map((row) => (
            <tr>
              <td class="num" data-label="Line">
                {row.line}
              </td>
              <td>{row.sku}</td>
              <td>
                <Badge tone={words[row.result].tone}>{words[row.result].words}</Badge>
                {row.reason === null ? null : <span class="why">{row.reason}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > shownRows ? <p class="muted">And {plural(sorted.length - shownRows, 'more row')}.</p> : null}
    </Card>
  );
};
