import type { KeyKind } from '../../core/order/line-key.ts';
import type { HeldCause } from '../../core/queries/list-held-causes.ts';
import type { HeldCauseKey } from '../../core/queries/list-orders.ts';
import type { MethodRow, PaymentRow, ShippingTypeRow } from '../../core/queries/settings.ts';
import type { ProductSuggestion } from '../../core/queries/suggest-products.ts';
import type { Refusal } from '../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../dialog.tsx';
import { plural } from '../views/format.ts';
import { CopyButton, FormErrors, Notice, Select } from '../views/parts.tsx';
import { ProductPicker, type Wanted } from './product-picker.tsx';

/** Warehouse SKUs that one platform SKU may stand for in this dialog; the mappings page takes more. */
export const maxParts = 4;

interface FixProps {
  readonly view: DialogView;
  readonly cause: HeldCauseKey;
  readonly causeText: string;
  readonly storeName: string;
  /** The order that led here, if one did. */
  readonly orderId: string | null;
  /** Null when the cause holds nothing any more. */
  readonly known: HeldCause | null;
  readonly refusals: readonly Refusal[];
  readonly typed: (field: string) => string | null;
  readonly back: string;
}

const Hidden = ({ causeText, orderId }: FixProps) => (
  <>
    <input type="hidden" name="cause" value={causeText} />
    <input type="hidden" name="order" value={orderId ?? ''} />
  </>
);

const gone = (
  <Notice tone="info">
    <p>No order waits for this any more. Saving it still serves the next ones.</p>
  </Notice>
);

/** Said before saving: how many orders wait for it. */
const Waiting = ({ count }: { count: number }) =>
  count === 0 ? (
    gone
  ) : (
    <Notice tone="ok">
      <p>
        <b>{plural(count, 'held order waits', 'held orders wait')}</b> for this SKU. Those that nothing else holds are
        released at once.
      </p>
    </Notice>
  );

export const BindForm = (
  props: FixProps & {
    keyKind: KeyKind;
    wanted: Wanted;
    suggestions: readonly ProductSuggestion[];
    /** Of the further parts that were chosen or typed before, in order. */
    further: readonly (readonly ProductSuggestion[])[];
    waiting: number;
  },
) => {
  const { view, cause, known, storeName, keyKind, wanted, suggestions, further, waiting, refusals, typed } = props;
  const subject = cause.subject ?? '';
  const kindWords = { sku: 'Platform SKU', product: 'Platform product id', barcode: 'Barcode' } as const;
  return (
    <DialogForm view={view} action="/held/fix">
      <FormErrors refusals={refusals} />
      <Hidden {...props} />
      <input type="hidden" name="keyKind" value={keyKind} />
      <dl class="facts">
        <div>
          <dt>{kindWords[keyKind]}</dt>
          <dd>
            <b>{subject}</b> <CopyButton text={subject} />
          </dd>
        </div>
        <div>
          <dt>Product</dt>
          <dd>{known?.detail.name ?? '—'}</dd>
        </div>
        <div>
          <dt>Store</dt>
          <dd>{storeName}</dd>
        </div>
      </dl>
      <Waiting count={waiting} />
      <section class="stack tight">
        <h2>One unit of it is, in the warehouse</h2>
        <ProductPicker
          name="part.0"
          label={subject}
          wanted={wanted}
          suggestions={suggestions}
          chosen={typed('part.0') ?? undefined}
          quantity={Number(typed('part.0.quantity')) || 1}
          preselect={typed('part.0') === null}
        />
        <details open={further.some((found) => found.length > 0)}>
          <summary class="small muted">It is a bundle: add more warehouse SKUs</summary>
          <div class="stack tight">
            {Array.from({ length: maxParts - 1 }, (_, index) => (
              <ProductPicker
                name={`part.${index + 1}`}
                label={`part ${index + 2} of ${subject}`}
                wanted={{ platformSku: null, platformName: null, platformBarcode: null }}
                suggestions={further[index] ?? []}
                chosen={typed(`part.${index + 1}`) ?? undefined}
                text={typed(`part.${index + 1}.text`) ?? ''}
                quantity={Number(typed(`part.${index + 1}.quantity`)) || 1}
                isFurther
              />
            ))}
          </div>
        </details>
      </section>
      <DialogFoot
        view={view}
        back={props.back}
        submit={waiting === 0 ? 'Bind SKU' : `Bind SKU for ${plural(waiting, 'order')}`}
      />
    </DialogForm>
  );
};

const classes = [
  ['prepaid', 'Prepaid', 'The money is there or comes through the platform: ship it.'],
  ['cash_on_delivery', 'Cash on delivery', 'Goes only through channels that collect; the amount travels to the label.'],
  ['blocked', 'Blocked', 'Orders paid this way stay held until a person releases them.'],
] as const;

export const classOf = (text: string) => classes.find(([value]) => value === text)?.[0];

/** What stands already, before another thing is chosen; the form carries what was seen. */
const Standing = ({ words, by }: { words: string | undefined; by: string | null | undefined }) =>
  words === undefined ? null : (
    <Notice tone="info">
      <p>
        Now: <b>{words}</b>
        {by == null ? '' : `, by ${by}`}.
      </p>
    </Notice>
  );

export const ClassifyForm = (props: FixProps & { standing: PaymentRow | undefined }) => {
  const { view, cause, known, storeName, refusals, typed, standing } = props;
  const subject = cause.subject ?? '';
  const chosen = typed('class') ?? standing?.class;
  return (
    <DialogForm view={view} action="/held/fix">
      <FormErrors refusals={refusals} />
      <Hidden {...props} />
      <p>
        {storeName} calls this payment type <b>{subject === '' ? '(none)' : subject}</b>. Say once what it means; it
        counts for every order of this store.
      </p>
      {known === null ? (
        gone
      ) : (
        <p>
          {plural(known.orderCount, 'order')} of this store {known.orderCount === 1 ? 'waits' : 'wait'} for it.
        </p>
      )}
      <input type="hidden" name="seen" value={standing?.class ?? ''} />
      <Standing words={classes.find(([value]) => value === standing?.class)?.[1]} by={standing?.createdBy} />
      <fieldset class="choices" id="f-class">
        <legend class="sr">Class</legend>
        {classes.map(([value, label, why]) => (
          <label class="choice">
            <input type="radio" name="class" value={value} checked={chosen === value} required />
            <span>
              <b>{label}</b>
              <span class="why">{why}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <DialogFoot view={view} back={props.back} submit="Classify" />
    </DialogForm>
  );
};

export const MethodForm = (
  props: FixProps & { types: readonly ShippingTypeRow[]; standing: MethodRow | undefined },
) => {
  const { view, cause, known, storeName, refusals, typed, types, standing } = props;
  return (
    <DialogForm view={view} action="/held/fix">
      <FormErrors refusals={refusals} />
      <Hidden {...props} />
      <p>
        {storeName} ships by <b>{cause.subject}</b>. Which of your shipping types is that?
      </p>
      {known === null ? (
        gone
      ) : (
        <p>
          {plural(known.orderCount, 'order')} of this store {known.orderCount === 1 ? 'waits' : 'wait'} for it.
        </p>
      )}
      <input type="hidden" name="seen" value={standing?.shippingTypeId ?? ''} />
      <Standing words={types.find((type) => type.id === standing?.shippingTypeId)?.name} by={standing?.createdBy} />
      {types.length === 0 ? (
        <Notice tone="warn">
          <p>
            There is no shipping type yet. <a href="/settings">Add one</a>, then map the method.
          </p>
        </Notice>
      ) : (
        <Select
          name="shippingTypeId"
          label="Shipping type"
          value={typed('shippingTypeId') ?? standing?.shippingTypeId}
          placeholder="Choose"
          options={types.map((type) => ({
            value: type.id,
            label: type.defaultChannelName === null ? type.name : `${type.name} · ${type.defaultChannelName}`,
          }))}
          refusals={refusals}
          required
        />
      )}
      <DialogFoot view={view} back={props.back} submit="Map" />
    </DialogForm>
  );
};
