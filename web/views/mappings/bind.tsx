import type { MappingDetail, MappingKeyKind } from '../../../core/queries/list-mappings.ts';
import type { ProductSuggestion } from '../../../core/queries/suggest-products.ts';
import type { Refusal } from '../../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import { ProductPicker } from '../../orders/product-picker.tsx';
import { plural } from '../format.ts';
import { FormErrors, Notice } from '../parts.tsx';

/** Empty places for further warehouse SKUs that are offered at least; a longer recipe has one more than it needs. */
const extraPlaces = 4;

export interface BindTarget {
  readonly storeId: string;
  readonly storeName: string;
  readonly keyKind: MappingKeyKind;
  readonly key: string;
  /** Null for a key that nothing has shown yet. */
  readonly known: MappingDetail | null;
}

export interface BindFormProps {
  readonly view: DialogView;
  readonly target: BindTarget;
  readonly suggestions: readonly ProductSuggestion[];
  readonly refusals?: readonly Refusal[];
  readonly typed?: {
    readonly productId: string;
    readonly quantity: number;
    readonly extras: readonly { readonly sku: string; readonly quantity: string }[];
  };
}

/** What one platform unit is: a warehouse SKU × quantity, or several. Says before how many orders it releases. */
export const BindForm = ({ view, target, suggestions, refusals = [], typed }: BindFormProps) => {
  const { known } = target;
  const current = known?.mapping?.components ?? [];
  const [first, ...rest] = current;
  const extras = typed?.extras ?? rest.map((part) => ({ sku: part.sku, quantity: String(part.quantity) }));
  const filled = extras.findLastIndex((extra) => extra.sku !== '') + 1;
  const held = known?.heldOrders ?? 0;
  return (
    <DialogForm view={view} action="/mappings/bind">
      <input type="hidden" name="store" value={target.storeId} />
      <input type="hidden" name="kind" value={target.keyKind} />
      <input type="hidden" name="key" value={target.key} />
      <input type="hidden" name="seen" value={known?.mapping?.version ?? 0} />
      <FormErrors refusals={refusals} />
      {held === 0 ? null : (
        <Notice>
          <p>
            {plural(held, 'order waits', 'orders wait')} for it. Binding releases every one that is held for nothing
            else.
          </p>
        </Notice>
      )}
      <ProductPicker
        name="component"
        label={target.key}
        wanted={{
          platformSku: target.keyKind === 'sku' ? target.key : null,
          platformName: known === null || known.name === '' ? null : known.name,
          platformBarcode: target.keyKind === 'barcode' ? target.key : (known?.barcode ?? null),
        }}
        suggestions={suggestions}
        chosen={typed?.productId ?? first?.productId}
        quantity={typed?.quantity ?? first?.quantity ?? 1}
        preselect
      />
      <details open={extras.some((extra) => extra.sku !== '')}>
        <summary class="link">It is a combination of several warehouse SKUs</summary>
        <div class="stack tight">
          {Array.from({ length: Math.max(extraPlaces, filled + 1) }, (_, place) => (
            <div class="picker-head">
              <input
                class="input"
                name={`extra${place}.sku`}
                value={extras[place]?.sku ?? ''}
                list="warehouse-skus"
                placeholder="And warehouse SKU"
                aria-label={`Further warehouse SKU ${place + 1}`}
                autocomplete="off"
                maxlength={100}
                hx-get="/products/suggest"
                hx-trigger="input changed delay:200ms"
                hx-target="#warehouse-skus"
                hx-vals={`{"from":"extra${place}.sku"}`}
                hx-include="this"
              />
              <label class="times">
                ×{' '}
                <input
                  class="input"
                  type="number"
                  name={`extra${place}.quantity`}
                  value={extras[place]?.quantity ?? '1'}
                  min={1}
                  max={1_000_000}
                  aria-label={`Units of further warehouse SKU ${place + 1}`}
                />
              </label>
            </div>
          ))}
        </div>
        <datalist id="warehouse-skus" />
      </details>
      <DialogFoot
        view={view}
        back={`/mappings/${target.storeId}`}
        submit={held === 0 ? 'Bind' : `Bind for ${plural(held, 'order')}`}
      />
    </DialogForm>
  );
};

/** What is lost, by number, before a mapping ends. */
export const UnbindForm = ({
  view,
  detail,
  refusals = [],
}: {
  view: DialogView;
  detail: MappingDetail;
  refusals?: readonly Refusal[];
}) => (
  <DialogForm view={view} action="/mappings/unbind">
    <input type="hidden" name="store" value={detail.storeId} />
    <input type="hidden" name="kind" value={detail.keyKind} />
    <input type="hidden" name="key" value={detail.key} />
    <input type="hidden" name="mapping" value={detail.mapping?.id ?? ''} />
    <FormErrors refusals={refusals} />
    <p>
      Open orders of {detail.storeName} with <b>{detail.key}</b> are held again until somebody binds it. What was
      dispatched keeps its recipe; the history stays.
    </p>
    <DialogFoot view={view} back={`/mappings/${detail.storeId}`} submit={`Unbind ${detail.key}`} tone="danger go" />
  </DialogForm>
);
