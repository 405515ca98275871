import type { AuthorizationChoice } from '../../../core/commands/settle-authorization-choice.ts';
import type { Refusal } from '../../../core/result.ts';
import type { PageFrame } from '../frame.ts';
import { Csrf, Field, FormErrors, Notice, PageHead, When } from '../parts.tsx';

const named = (shop: { readonly name: string; readonly country: string | null }): string =>
  shop.country === null ? shop.name : `${shop.name} (${shop.country})`;

export const ChoicePage = ({
  frame,
  choice,
  refusals,
  typedName,
}: {
  frame: PageFrame;
  choice: AuthorizationChoice;
  refusals: readonly Refusal[];
  typedName: string;
}) => {
  const granted = choice.granted.map(named).join(', ');
  const isOther = choice.kind === 'different_shop';
  return (
    <>
      <PageHead
        title={isOther ? 'This is another shop' : 'This name is taken'}
        lede={
          <>
            The new authorization waits for your choice and is forgotten{' '}
            <When at={choice.expiresAt} now={frame.now} timeZone={frame.timeZone} />.
          </>
        }
      />
      <form
        method="post"
        action={`/authorizations/choices/${choice.choiceId}`}
        class="stack narrow"
        novalidate={refusals.length > 0}
      >
        <Csrf token={frame.csrfToken} />
        <FormErrors refusals={refusals} />
        {isOther ? <OtherShop choice={choice} granted={granted} /> : null}
        {isOther && !refusals.some((refusal) => refusal.field === 'name') ? null : (
          <Field
            name="name"
            label="Another store name"
            help={`For ${granted}.`}
            value={typedName}
            refusals={refusals}
            maxlength={80}
          />
        )}
        <div class="actions">
          {isOther ? (
            <button type="submit" class="btn danger go" name="choice" value="replace">
              Replace the shop
            </button>
          ) : (
            <button type="submit" class="btn go" name="choice" value="rename">
              Connect under this name
            </button>
          )}
          <button type="submit" class="btn" name="choice" value="cancel" formnovalidate>
            Cancel, keep everything as it is
          </button>
        </div>
      </form>
    </>
  );
};

const OtherShop = ({ choice, granted }: { choice: AuthorizationChoice; granted: string }) => (
  <Notice tone="warn" title="Which shop do you want?">
    <p>
      The store is connected to{' '}
      <b>{choice.current.map((store) => `${store.shopName ?? store.name} (store ${store.name})`).join(', ')}</b>. You
      have just authorized <b>{granted}</b>.
    </p>
    <p>
      <b>Replace</b>: a new store of the same name takes its place, with its mappings and settings. The old orders stay,
      marked; nothing more is told to the old shop.
    </p>
    <p>To have both, cancel and add {granted} as a store of its own.</p>
  </Notice>
);
