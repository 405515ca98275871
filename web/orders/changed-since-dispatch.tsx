import { recipientLabels } from '../../core/order/recipient-labels.ts';
import { recipientFields } from '../../core/order/types.ts';
import type { ExceptionView, OrderDetail, OrderLineView } from '../../core/queries/show-order.ts';

interface Difference {
  readonly what: string;
  readonly before: string;
  readonly now: string;
}

/** What it was when it was dispatched beside what the platform says now. Addresses only for those who may see recipients. */
export const ChangedSinceDispatch = ({
  order,
  exception,
  showsRecipient,
}: {
  readonly order: OrderDetail;
  readonly exception: ExceptionView;
  readonly showsRecipient: boolean;
}) => {
  if (exception.code !== 'platform_changed_after_dispatch') return null;
  const rows = [...(showsRecipient ? addressChanges(order, exception) : []), ...order.lines.flatMap(lineChange)];
  if (rows.length === 0) return null;
  return (
    <table class="table cards flow plain">
      <thead>
        <tr>
          <th>Changed</th>
          <th>Before</th>
          <th>Now</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            <td>{row.what}</td>
            <td data-label="Before">{row.before}</td>
            <td data-label="Now">{row.now}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const nothing = 'empty';

function addressChanges(order: OrderDetail, { previousRecipient }: ExceptionView): readonly Difference[] {
  // The platform's own words: a correction made here is not what it changed.
  const now = order.originalRecipient ?? order.recipient;
  if (previousRecipient === null || now === null) return [];
  return recipientFields.flatMap((field) => {
    const [before, after] = [previousRecipient[field]?.trim() ?? '', now[field]?.trim() ?? ''];
    return before === after ? [] : [{ what: recipientLabels[field], before: before || nothing, now: after || nothing }];
  });
}

function lineChange(line: OrderLineView): readonly Difference[] {
  const ordered = line.quantity - line.quantityCancelled;
  const wanted =
    line.removedAt === null && line.requiresShipping ? Math.min(ordered, line.quantityAccepted ?? ordered) : 0;
  if (wanted === line.quantityOutbound) return [];
  const what = line.sku === null ? line.name : `${line.name} (${line.sku})`;
  return [{ what, before: `${line.quantityOutbound}`, now: line.removedAt === null ? `${wanted}` : 'removed' }];
}
