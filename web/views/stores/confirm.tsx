import type { Stranded } from '../../../core/ports/access.ts';
import type { StoreDetail } from '../../../core/queries/store-queries.ts';
import type { Refusal } from '../../../core/result.ts';
import type { PageFrame } from '../frame.ts';
import { Csrf, Field, FormErrors, Notice, PageHead } from '../parts.tsx';

const orders = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'order' : 'orders'}`;

export const DeleteStorePage = ({
  frame,
  storeId,
  stranded,
  refusals,
}: {
  frame: PageFrame;
  storeId: string;
  stranded: Stranded & { readonly name: string; readonly isLastOfAuthorization: boolean };
  refusals: readonly Refusal[];
}) => (
  <>
    <PageHead title={`Delete ${stranded.name}?`} lede="To pause a store, disable it instead: that can be taken back." />
    <form method="post" action={`/stores/${storeId}/delete`} class="stack narrow" novalidate={refusals.length > 0}>
      <Csrf token={frame.csrfToken} />
      <FormErrors refusals={refusals} />
      <Notice tone="danger" title="What is lost">
        <ul>
          <li>
            {stranded.unshipped === 0
              ? 'No order of this store waits to be shipped.'
              : `${orders(stranded.unshipped)} of this store not yet shipped: the desk will not hear of changes any more.`}
          </li>
          <li>
            {stranded.unwritten === 0
              ? 'The platform knows of every shipment.'
              : `${stranded.unwritten} ${stranded.unwritten === 1 ? 'message' : 'messages'} not yet told to the platform (tracking numbers, cancellations): they never will be.`}
          </li>
          <li>
            {stranded.isLastOfAuthorization
              ? 'The credentials are removed at once.'
              : 'The credentials stay: other stores of this authorization use them.'}
          </li>
          <li>Orders and their history stay.</li>
        </ul>
      </Notice>
      <Field
        name="confirmName"
        label={`Type the name of the store: ${stranded.name}`}
        refusals={refusals}
        required
        maxlength={80}
      />
      <div class="actions">
        <button type="submit" class="btn danger go">
          Delete store
        </button>
        <a class="btn ghost" href={`/stores/${storeId}`}>
          Keep it
        </a>
      </div>
    </form>
  </>
);

export const RevokePage = ({ frame, store }: { frame: PageFrame; store: StoreDetail }) => {
  const names = [store.name, ...store.authorization.siblings.map((sibling) => sibling.name)];
  return (
    <>
      <PageHead title="Revoke the authorization?" lede="The desk forgets its credentials at once." />
      <form method="post" action={`/authorizations/${store.authorizationId}/revoke`} class="stack narrow">
        <Csrf token={frame.csrfToken} />
        <input type="hidden" name="storeId" value={store.storeId} />
        <Notice tone="danger" title="What stops">
          <ul>
            <li>
              Sync and tracking of <b>{names.join(', ')}</b>, until somebody authorizes again.
            </li>
            <li>Stores, orders, mappings and settings stay.</li>
            <li>At the platform the app stays installed: remove it there too, if it is for good.</li>
          </ul>
        </Notice>
        <div class="actions">
          <button type="submit" class="btn danger go">
            Revoke
          </button>
          <a class="btn ghost" href={`/stores/${store.storeId}`}>
            Keep it
          </a>
        </div>
      </form>
    </>
  );
};
