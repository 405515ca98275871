import type { DispatchPreview, PreviewLine, PreviewWarehouse } from '../../core/commands/preview-dispatch.ts';
import { firstChoice } from '../../core/dispatch/first-choice.ts';
import { unpairedWords } from '../../core/dispatch/unpaired-carriers.ts';
import type { Recipient } from '../../core/order/types.ts';
import type { ProductSuggestion } from '../../core/queries/suggest-products.ts';
import type { Refusal } from '../../core/result.ts';
import { DialogFoot, DialogForm, type DialogView } from '../dialog.tsx';
import { moneyText, plural } from '../views/format.ts';
import { Field, FormErrors, Notice } from '../views/parts.tsx';
import { ProductPicker } from './product-picker.tsx';

export interface DispatchDialogProps {
  readonly view: DialogView;
  readonly preview: DispatchPreview;
  readonly recipient: Recipient | null;
  /** By line that is not bound yet. */
  readonly suggestions: ReadonlyMap<string, readonly ProductSuggestion[]>;
  /** `warehouse:channel`, as the form sent it. */
  readonly chosen: string;
  readonly chosenProducts: ReadonlyMap<string, string>;
  readonly trackingNumber: string;
  readonly refusal?: Refusal | undefined;
  /** Admins may dispatch more than is in stock, with a note. */
  readonly mayOverride: boolean;
}

/** Recipient and lines for a last look, SKUs bound in place, warehouse and channel chosen in one. */
export const DispatchDialog = (props: DispatchDialogProps) => {
  const { view, preview, refusal } = props;
  const action = `/orders/${preview.orderId}/dispatch`;
  const uncured = preview.holds.filter((hold) => !hold.isCured);
  const channels = preview.warehouses.flatMap((warehouse) => warehouse.channels);
  return (
    <DialogForm view={view} action={action} multipart={channels.some((channel) => channel.selfPickup)}>
      <FormErrors refusals={refusal === undefined ? [] : [refusal]} />
      {preview.blockedBy === null || refusal !== undefined ? null : (
        <Notice tone="danger">
          <p>{preview.blockedBy.message}</p>
          {uncured.length === 0 ? null : (
            <p>
              <a href={`/orders/${preview.orderId}`}>Open the order to mend it</a>
            </p>
          )}
        </Notice>
      )}
      <input type="hidden" name="version" value={preview.version} />
      <RecipientLine recipient={props.recipient} orderId={preview.orderId} />
      <Lines {...props} />
      {preview.warehouses.length === 0 ? (
        <Notice tone="warn" title="No warehouse">
          <p>
            This merchant has no warehouse with a service and a shipping channel. <a href="/settings">Set one up</a>,
            then dispatch.
          </p>
        </Notice>
      ) : (
        <Choices {...props} />
      )}
      {channels.some((channel) => channel.selfPickup) ? <SelfPickup {...props} /> : null}
      {refusal?.code === 'stock_short' && props.mayOverride ? (
        <Field
          name="override"
          label="Dispatch although stock is short: why?"
          help="Only admins. The note stays in the history."
          refusals={refusal.field === 'override' ? [refusal] : []}
        />
      ) : null}
      {preview.unpairedCarriers === null ? null : (
        <Notice tone="warn">
          <p>
            {unpairedWords(preview.unpairedCarriers)}{' '}
            <a href={`/stores/${preview.unpairedCarriers.storeId}/carriers`}>Pair carriers</a>
          </p>
        </Notice>
      )}
      {preview.warnings.length === 0 ? null : (
        <ul class="small muted">
          {preview.warnings.map((warning) => (
            <li>{warning}</li>
          ))}
        </ul>
      )}
      <DialogFoot view={view} back={`/orders/${preview.orderId}`} submit="Confirm Dispatch" />
    </DialogForm>
  );
};

const RecipientLine = ({ recipient, orderId }: { recipient: Recipient | null; orderId: string }) => (
  <section aria-label="Recipient">
    <h2>Recipient</h2>
    <p>
      {recipient === null ? (
        <span class="late">No recipient</span>
      ) : (
        [
          recipient.name,
          recipient.address1,
          recipient.address2,
          recipient.district,
          recipient.city,
          recipient.state,
          recipient.zip,
          recipient.country,
          recipient.pickupPointCode,
          recipient.phone,
        ]
          .filter((part) => part !== null && part !== '')
          .join(', ')
      )}{' '}
      <a href={`/orders/${orderId}/address`} data-dialog="">
        Correct
      </a>
    </p>
  </section>
);

const Lines = ({ preview, suggestions, chosenProducts, refusal }: DispatchDialogProps) => (
  <section aria-label="Items">
    <h2>Items</h2>
    <table class="table plain cards">
      <thead>
        <tr>
          <th>Platform SKU</th>
          <th class="num">To ship</th>
          <th>Warehouse SKU</th>
        </tr>
      </thead>
      <tbody>
        {preview.lines.map((line) => (
          <tr>
            <td>
              <b>{line.sku ?? 'Platform SKU is empty'}</b>
              <span class="why">{line.name}</span>
            </td>
            <td class="num" data-label="To ship">
              {line.toDispatch}
              {line.toDispatch === line.ordered ? null : <span class="why">of {line.ordered}</span>}
            </td>
            <td>
              <LineRecipe
                line={line}
                suggestions={suggestions.get(line.lineId) ?? []}
                chosen={chosenProducts.get(line.lineId)}
                refusal={refusal}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const LineRecipe = ({
  line,
  suggestions,
  chosen,
}: {
  line: PreviewLine;
  suggestions: readonly ProductSuggestion[];
  chosen: string | undefined;
  refusal?: Refusal | undefined;
}) => {
  if (line.components.length > 0) {
    return (
      <>
        {line.components.map((part) => (
          <div>
            {part.sku}
            {part.quantity === 1 ? '' : ` × ${part.quantity}`}
          </div>
        ))}
      </>
    );
  }
  if (line.toDispatch === 0) return <span class="muted">—</span>;
  if (line.cannotBeBound) {
    return (
      <span class="late">
        The platform gave neither SKU nor product id: give it one there, then fetch the order again.
      </span>
    );
  }
  return (
    <>
      <span class="late">Not Mapped</span>
      <ProductPicker
        name={`bind.${line.lineId}`}
        label={line.sku ?? line.name}
        wanted={{ platformSku: line.sku, platformName: line.name, platformBarcode: null }}
        suggestions={suggestions}
        chosen={chosen}
        preselect
      />
    </>
  );
};

/** One choice for both: a channel belongs to its warehouse. */
const Choices = ({ preview, chosen }: DispatchDialogProps) => {
  const options = preview.warehouses.flatMap((warehouse) =>
    warehouse.channels.map((channel) => `${warehouse.id}:${channel.id}`),
  );
  const before = `${preview.warehouseId}:${preview.shippingChannelId}`;
  const choice = firstChoice(preview);
  const best = choice === undefined ? undefined : `${choice.warehouseId}:${choice.channelId}`;
  const first = options.find((option) => option === chosen) ?? options.find((option) => option === before) ?? best;
  return (
    <fieldset class="stack tight">
      <legend>Warehouse and shipping channel</legend>
      {preview.warehouses.map((warehouse) => (
        <div class="stack tight">
          <p>
            <b>{warehouse.name}</b> <Stock warehouse={warehouse} preview={preview} />
          </p>
          <div class="choices">
            {warehouse.channels.map((channel) => {
              const cannot = preview.cashOnDelivery !== null && !channel.cashOnDelivery;
              const value = `${warehouse.id}:${channel.id}`;
              return (
                <label class="choice">
                  <input
                    type="radio"
                    name="channel"
                    value={value}
                    checked={value === first}
                    disabled={cannot}
                    required
                  />
                  <span>
                    <b>{channel.name}</b>
                    <span class="why">
                      {channel.carrierName} · {channel.serviceLevel}
                      {channel.selfPickup ? ' · self-pickup: needs the PDF label and the tracking number' : ''}
                      {!cannot && channel.isUnpaired ? ' · carrier not paired' : ''}
                      {cannot ? ' · does not collect cash on delivery' : ''}
                      {!cannot && preview.cashOnDelivery?.amount
                        ? ` · collects ${moneyText(preview.cashOnDelivery.amount, preview.cashOnDelivery.currency)}`
                        : ''}
                    </span>
                  </span>
                </label>
              );
            })}
            {warehouse.channels.length === 0 ? <p class="why">No shipping channel is set up here.</p> : null}
          </div>
        </div>
      ))}
    </fieldset>
  );
};

const Stock = ({ warehouse, preview }: { warehouse: PreviewWarehouse; preview: DispatchPreview }) => {
  const short = preview.lines.flatMap((line) => {
    const available = warehouse.stock.find((stock) => stock.lineId === line.lineId)?.available ?? null;
    return available === null || available >= line.toDispatch
      ? []
      : [`${line.sku ?? line.name}: ${Math.max(available, 0)} of ${line.toDispatch}`];
  });
  if (warehouse.isEnough && short.length === 0) {
    const isAll = warehouse.stock.every((stock) => stock.available !== null);
    return <span class="small good">{isAll ? 'all in stock' : 'what is mapped is in stock'}</span>;
  }
  const words = short.length === 0 ? 'not enough for all lines together' : `short: ${short.join(', ')}`;
  return (
    <span class="small risk">
      {words}
      {warehouse.allowsBackorder ? ' (backorder allowed)' : ''}
    </span>
  );
};

const SelfPickup = ({ trackingNumber, refusal }: DispatchDialogProps) => (
  <details open={refusal?.field === 'label' || refusal?.field === 'trackingNumber' || trackingNumber !== ''}>
    <summary>For a self-pickup channel: label and tracking number</summary>
    <div class="fields">
      <Field
        name="label"
        label="Shipping label"
        type="file"
        accept="application/pdf,.pdf"
        help="One PDF, at most 10 MB"
        refusals={refusal === undefined ? [] : [refusal]}
      />
      <Field
        name="trackingNumber"
        label="Tracking Number"
        value={trackingNumber}
        refusals={refusal === undefined ? [] : [refusal]}
      />
    </div>
  </details>
);

/** Orders that one batch still holds, each with the way to leave it out. */
export const OrderTags = ({
  orders,
  hrefWithout,
}: {
  orders: readonly { readonly id: string; readonly number: string }[];
  hrefWithout: (id: string) => string;
}) => (
  <section aria-label="Orders">
    <h2>{plural(orders.length, 'order')}</h2>
    <div class="chips tags">
      {orders.map((order) => (
        <span class="chip">
          {order.number}
          <input type="hidden" name="order" value={order.id} />
          <a class="x" href={hrefWithout(order.id)} data-dialog="" aria-label={`Leave ${order.number} out`}>
            ×
          </a>
        </span>
      ))}
    </div>
  </section>
);
