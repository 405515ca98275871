import type { DialogView } from '../dialog.tsx';
import { Badge } from '../views/parts.tsx';

export interface ShownResult {
  readonly orderId: string;
  readonly number: string;
  readonly ok: boolean;
  readonly message?: string | undefined;
  /** Said of what was done, e.g. the outbound number. */
  readonly detail?: string | undefined;
}

/** What became of each order of a bulk action: the refused first, because they need somebody. */
export const BatchResults = ({
  view,
  results,
  runId,
  fixHref,
}: {
  view: DialogView;
  results: readonly ShownResult[];
  runId?: string | undefined;
  fixHref?: (orderId: string) => string;
}) => (
  <>
    <div class="scroll">
      <table class="table plain">
        <thead>
          <tr>
            <th>Order</th>
            <th>Result</th>
          </tr>
        </thead>
        <tbody>
          {results
            .toSorted((a, b) => Number(a.ok) - Number(b.ok))
            .map((result) => (
              <tr>
                <td class="nowrap">
                  <a class="id" href={`/orders/${result.orderId}`}>
                    {result.number === '' ? 'Unknown order' : result.number}
                  </a>
                </td>
                <td>
                  <Badge tone={result.ok ? 'ok' : 'hold'}>{result.ok ? 'Done' : 'Refused'}</Badge>{' '}
                  {result.ok ? result.detail : result.message}
                  {!result.ok && fixHref !== undefined ? (
                    <span class="why">
                      <a href={fixHref(result.orderId)} data-dialog="">
                        Open it by itself
                      </a>
                    </span>
                  ) : null}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
    <div class="dialog-foot">
      {runId === undefined ? null : (
        <a class="btn" href={`/sync-log/${runId}`}>
          Open the run
        </a>
      )}
      {view.inDialog ? (
        <button type="button" class="btn go" data-close="">
          Close
        </button>
      ) : (
        <a class="btn go" href="/orders">
          Back to the orders
        </a>
      )}
    </div>
  </>
);
