import type { OrderLineView } from '../../core/queries/show-order.ts';
import { queryText } from '../views/format.ts';
import { Card, CopyButton, Money } from '../views/parts.tsx';
import { causeText } from './list-query.ts';
import type { OrderPageProps } from './order-page.tsx';

/** Item Details: platform SKU, warehouse SKU, quantities, prices. */
export const OrderLines = ({ order, mayWork }: OrderPageProps) => (
  <Card title="Item Details" id="items">
    <div class="scroll">
      <table class="table plain cards">
        <thead>
          <tr>
            <th>Product</th>
            <th>Warehouse SKU</th>
            <th class="num">Quantity</th>
            {order.kind === 'b2b' ? <th class="num">Accepted</th> : null}
            <th class="num">Shipped</th>
            <th class="num">Unit price</th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line) => (
            <tr>
              <td>
                <b>{line.name}</b>
                <span class="why">
                  {line.sku === null || line.sku === '' ? (
                    <span class="late">Platform SKU is empty</span>
                  ) : (
                    <>
                      {line.sku} <CopyButton text={line.sku} />
                    </>
                  )}
                  {line.barcode === null ? null : <> · {line.barcode}</>}
                  {line.requiresShipping ? null : ' · no shipping needed'}
                  {line.removedAt === null ? null : <span class="late"> · taken away by the platform</span>}
                </span>
              </td>
              <td>
                <Recipe line={line} storeId={order.storeId} orderId={order.id} mayWork={mayWork} />
              </td>
              <td class="num" data-label="Quantity">
                {line.quantity}
                {line.quantityCancelled > 0 ? <span class="why">{line.quantityCancelled} cancelled</span> : null}
              </td>
              {order.kind === 'b2b' ? (
                <td class="num" data-label="Accepted">
                  {line.quantityAccepted ?? '—'}
                </td>
              ) : null}
              <td class="num" data-label="Shipped">
                {line.quantityShipped}
                {line.quantityAbandoned > 0 ? <span class="why">{line.quantityAbandoned} will not ship</span> : null}
                {line.quantityOutbound > line.quantityShipped ? (
                  <span class="why">{line.quantityOutbound} at the warehouse</span>
                ) : null}
              </td>
              <td class="num" data-label="Unit price">
                <Money amount={line.discountedUnitPrice ?? line.unitPrice} currency={order.currency} />
                {line.discountedUnitPrice !== null &&
                line.unitPrice !== null &&
                line.discountedUnitPrice !== line.unitPrice ? (
                  <span class="why">
                    before discount <Money amount={line.unitPrice} currency={order.currency} />
                  </span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </Card>
);

const Recipe = ({
  line,
  storeId,
  orderId,
  mayWork,
}: {
  line: OrderLineView;
  storeId: string;
  orderId: string;
  mayWork: boolean;
}) => {
  if (line.components.length > 0) {
    return (
      <>
        {line.components.map((part) => (
          <div title={part.name}>
            {part.sku}
            {part.quantity === 1 ? '' : ` × ${part.quantity}`}
          </div>
        ))}
      </>
    );
  }
  if (!line.requiresShipping || line.removedAt !== null) return <span class="muted">—</span>;
  const hasSku = line.sku !== null && line.sku !== '';
  const subject = hasSku ? line.sku : line.platformProductId;
  return (
    <>
      <span class="late">Not Mapped</span>
      {mayWork && subject !== null ? (
        <span class="why">
          <a
            href={`/held/fix${queryText({
              cause: causeText({ storeId, code: hasSku ? 'sku_unmapped' : 'sku_missing', subject: subject.trim() }),
              order: orderId,
            })}`}
            data-dialog=""
            data-key="b"
          >
            Bind SKU
          </a>
        </span>
      ) : null}
    </>
  );
};
