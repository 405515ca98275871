import type { ProductDetail, StockMovement } from '../../../core/queries/list-stock.ts';
import type { Refusal } from '../../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../../dialog.tsx';
import { countText, plural, queryText } from '../format.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, Card, Check, Fact, Facts, Field, FormErrors, PageHead, Select, TextArea, When } from '../parts.tsx';
import { Units } from './list.tsx';

export interface ProductPageProps {
  readonly frame: PageFrame;
  readonly detail: ProductDetail;
  readonly mayEdit: boolean;
  /** Warehouses whose stock the person may correct. */
  readonly mayAdjust: (warehouseId: string) => boolean;
}

export const ProductPage = ({ frame, detail, mayEdit, mayAdjust }: ProductPageProps) => {
  const { row } = detail;
  return (
    <>
      <PageHead
        title={row.sku}
        lede={
          <>
            {row.name} {row.enabled ? null : <Badge tone="off">Disabled</Badge>}
          </>
        }
      >
        {mayEdit ? (
          <a class="btn" href={`/stock/${row.productId}/edit`} data-dialog="">
            Edit
          </a>
        ) : null}
      </PageHead>
      <div class="two">
        <div class="stack">
          <Card title="Stock">
            <table class="table cards flow plain">
              <thead>
                <tr>
                  <th>Warehouse</th>
                  <th class="num">On hand</th>
                  <th class="num">Allocated</th>
                  <th class="num">Available</th>
                  <th>
                    <span class="sr">Action</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {detail.warehouses.map(({ id, name, cell }) => (
                  <tr>
                    <td>
                      <b>{name}</b>
                    </td>
                    <td class="num" data-label="On hand">
                      {countText(cell.onHand)}
                    </td>
                    <td class="num" data-label="Allocated">
                      {countText(cell.allocated)}
                    </td>
                    <td class="num" data-label="Available">
                      <Units value={cell.available} />
                    </td>
                    <td class="num">
                      {mayAdjust(id) ? (
                        <a class="btn small" href={`/stock/${row.productId}/adjust?warehouse=${id}`} data-dialog="">
                          Adjust
                        </a>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {detail.warehouses.length === 0 ? (
              <p class="muted">No warehouse serves you yet: add one under Settings.</p>
            ) : null}
          </Card>
          <Ledger frame={frame} movements={detail.movements} />
        </div>
        <div class="stack">
          <Card title="Product">
            <Facts>
              <Fact label="Available in all">
                <Units value={row.available} />
              </Fact>
              <Fact label="Claimed by open orders">{countText(row.claimed)}</Fact>
              <Fact label="Barcodes" wide>
                {detail.barcodes.length === 0 ? null : <span class="mono">{detail.barcodes.join(', ')}</span>}
              </Fact>
            </Facts>
          </Card>
          <Card title={`Bound to ${plural(detail.mappings.length, 'platform SKU')}`}>
            {detail.mappings.length === 0 ? (
              <p class="muted">No platform SKU names it yet.</p>
            ) : (
              <ul class="stack tight">
                {detail.mappings.map((mapping) => (
                  <li>
                    <a
                      class="link"
                      href={`/mappings/key${queryText({ store: mapping.storeId, kind: mapping.keyKind, key: mapping.key })}`}
                    >
                      {mapping.key}
                    </a>{' '}
                    × {mapping.quantity}
                    <span class="why">{mapping.storeName}</span>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
      </div>
    </>
  );
};

const kindWords: Readonly<Record<StockMovement['kind'], string>> = {
  receive: 'Received',
  adjust: 'Adjusted',
  allocate: 'Allocated',
  release: 'Released',
  ship: 'Shipped',
};

const signed = (value: number): string => (value > 0 ? `+${countText(value)}` : value === 0 ? '' : countText(value));

const Ledger = ({ frame, movements }: { frame: PageFrame; movements: readonly StockMovement[] }) => (
  <Card title="Ledger">
    {movements.length === 0 ? (
      <p class="muted">Nothing has moved yet.</p>
    ) : (
      <table class="table cards flow plain">
        <thead>
          <tr>
            <th>When</th>
            <th>What</th>
            <th class="num">On hand</th>
            <th class="num">Allocated</th>
            <th>Who, why</th>
          </tr>
        </thead>
        <tbody>
          {movements.map((movement) => (
            <tr>
              <td>
                <When at={movement.at} now={frame.now} timeZone={frame.timeZone} />
              </td>
              <td>
                {kindWords[movement.kind]}
                <span class="why">{movement.warehouseName}</span>
              </td>
              <td class="num" data-label="On hand">
                {signed(movement.onHandDelta)}
              </td>
              <td class="num" data-label="Allocated">
                {signed(movement.allocatedDelta)}
              </td>
              <td>
                {movement.actorName}
                <span class="why">
                  {movement.outboundOrderId === null ? null : (
                    <a href={`/outbound/${movement.outboundOrderId}`}>OB-{movement.outboundNumber}</a>
                  )}{' '}
                  {movement.note}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Card>
);

export interface AdjustFormProps {
  readonly view: DialogView;
  readonly detail: ProductDetail;
  readonly warehouseId: string;
  readonly refusals?: readonly Refusal[];
  readonly typed?: { readonly how: string; readonly units: string; readonly note: string };
}

/** A count or a difference, with why. */
export const AdjustForm = ({ view, detail, warehouseId, refusals = [], typed }: AdjustFormProps) => {
  const place = detail.warehouses.find((one) => one.id === warehouseId);
  const how = typed?.how ?? 'count';
  // The command names the field it judged; the form has one for both.
  const shown = refusals.map((refusal) =>
    refusal.field === 'onHand' || refusal.field === 'delta' ? { ...refusal, field: 'units' } : refusal,
  );
  return (
    <DialogForm view={view} action={`/stock/${detail.row.productId}/adjust`}>
      <input type="hidden" name="warehouse" value={warehouseId} />
      <FormErrors refusals={shown} />
      <p class="muted">
        On hand {countText(place?.cell.onHand ?? 0)}, of which {countText(place?.cell.allocated ?? 0)} are allocated.
      </p>
      <div class="fields">
        <Select
          name="how"
          label="What do you know?"
          value={how}
          options={[
            { value: 'count', label: 'I counted: on hand is' },
            { value: 'delta', label: 'It changed by (−3, 12)' },
          ]}
        />
        <Field
          name="units"
          label="Units"
          type="number"
          value={typed?.units ?? (how === 'count' ? place?.cell.onHand : undefined)}
          required
          autofocus
          refusals={shown}
        />
        <Field
          name="note"
          label="Why"
          help="It stands in the ledger: “counted”, “2 damaged”, “arrived with truck 12”."
          value={typed?.note}
          required
          maxlength={500}
          refusals={shown}
          wide
        />
      </div>
      <DialogFoot view={view} back={`/stock/${detail.row.productId}`} submit="Adjust the stock" />
    </DialogForm>
  );
};

export interface ProductFormProps {
  readonly view: DialogView;
  /** Null: a new one. */
  readonly productId: string | null;
  readonly values: {
    readonly sku: string;
    readonly name: string;
    readonly barcodes: string;
    readonly pictureUrl: string;
    readonly enabled: boolean;
  };
  readonly refusals?: readonly Refusal[];
}

export const ProductForm = ({ view, productId, values, refusals = [] }: ProductFormProps) => (
  <DialogForm view={view} action={productId === null ? '/stock/new' : `/stock/${productId}/edit`}>
    <FormErrors refusals={refusals} />
    <div class="fields">
      <Field
        name="sku"
        label="Warehouse SKU"
        help="Capital and small letters differ."
        value={values.sku}
        required
        maxlength={100}
        autofocus
        refusals={refusals}
      />
      <Field name="name" label="Name" value={values.name} required maxlength={120} refusals={refusals} />
      <TextArea
        name="barcodes"
        label="Barcodes"
        help="One per line; the first is the main one."
        value={values.barcodes}
        rows={3}
        refusals={refusals}
      />
      <Field
        name="pictureUrl"
        label="Picture link"
        type="url"
        value={values.pictureUrl}
        maxlength={500}
        refusals={refusals}
      />
    </div>
    <Check
      name="enabled"
      label="Enabled"
      help="A disabled one is no longer offered for binding."
      checked={values.enabled}
    />
    <DialogFoot
      view={view}
      back={productId === null ? '/stock' : `/stock/${productId}`}
      submit={productId === null ? 'Add the product' : 'Save'}
    />
  </DialogForm>
);
