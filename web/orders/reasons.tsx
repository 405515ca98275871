import { exceptionTitle } from '../../core/order/exception-title.ts';
import { holdText } from '../../core/order/hold-text.ts';
import type { ExceptionCode, HoldCode, HoldOrigin } from '../../core/order/types.ts';
import { sharedCodes } from '../../core/queries/list-held-causes.ts';
import { queryText } from '../views/format.ts';
import { causeText } from './list-query.ts';

export interface ShownHold {
  readonly code: HoldCode;
  readonly origin: HoldOrigin;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** A next step: a link that opens as a dialog. `key` is the keyboard's letter for it. */
export interface Fix {
  readonly href: string;
  readonly label: string;
  readonly key?: string;
  /** True when the address is a page of its own, not a dialog. */
  readonly isPage?: boolean;
}

const bindable = (hold: ShownHold): boolean => hold.code === 'sku_unmapped' || hold.detail.keyKind !== undefined;

/** The step that mends a hold, from the order that it holds. */
export function fixOfHold(hold: ShownHold, order: { readonly id: string; readonly storeId: string }): Fix {
  const cause = `/held/fix${queryText({
    cause: causeText({ storeId: order.storeId, code: hold.code, subject: hold.subject }),
    order: order.id,
  })}`;
  switch (hold.code) {
    case 'sku_unmapped':
    case 'sku_missing':
      return bindable(hold)
        ? { href: cause, label: 'Bind SKU', key: 'b' }
        : { href: `/orders/${order.id}/refetch`, label: 'Fetch again' };
    case 'payment_unknown':
      return { href: cause, label: 'Classify payment' };
    case 'payment_blocked':
      return hold.origin === 'platform'
        ? { href: `/orders/${order.id}/release`, label: 'Release' }
        : { href: cause, label: 'Classify payment' };
    case 'shipping_method_unmapped':
      return { href: cause, label: 'Map method' };
    case 'shipping_method_missing':
    case 'stock_short':
      return { href: `/orders/${order.id}/dispatch`, label: 'Choose at dispatch' };
    case 'address_incomplete':
      return { href: `/orders/${order.id}/address`, label: 'Correct address' };
    case 'cancellation_requested':
      return { href: `/orders/${order.id}/cancel`, label: 'Cancel order' };
    case 'operator_hold':
      return { href: `/orders/${order.id}/release`, label: 'Release' };
    case 'no_shippable_items':
    case 'platform_hold':
    case 'scheduled':
      return { href: `/orders/${order.id}/refetch`, label: 'Fetch again' };
  }
}

/** The step that mends a cause for every order it holds; where each order needs its own, the list of them. */
export function fixOfCause(cause: ShownHold & { readonly storeId: string; readonly isShared: boolean }): Fix {
  const key = { storeId: cause.storeId, code: cause.code, subject: cause.isShared ? cause.subject : null };
  const mendsAll =
    (cause.code === 'sku_unmapped' || cause.code === 'sku_missing' ? bindable(cause) : false) ||
    cause.code === 'payment_unknown' ||
    (cause.code === 'payment_blocked' && cause.origin === 'derived') ||
    cause.code === 'shipping_method_unmapped';
  if (!mendsAll) return { href: `/orders${queryText({ cause: causeText(key) })}`, label: 'Show orders', isPage: true };
  const label =
    cause.code === 'shipping_method_unmapped'
      ? 'Map method'
      : cause.code.startsWith('payment')
        ? 'Classify payment'
        : 'Bind SKU';
  return { href: `/held/fix${queryText({ cause: causeText(key) })}`, label };
}

export const isSharedCode = (code: HoldCode): boolean => sharedCodes.includes(code);

export { exceptionTitle };

/** The step for an exception; null where a person reads, decides and acknowledges on the order's page. */
export function fixOfException(
  exception: { readonly code: ExceptionCode },
  order: { readonly id: string; readonly storeId: string },
): Fix {
  switch (exception.code) {
    case 'writeback_failed':
    case 'writeback_unconfirmed':
    case 'acceptance_failed':
      return { href: `/orders/${order.id}/mark-shipped`, label: 'Mark Shipped' };
    case 'carrier_unpaired':
      return { href: `/stores/${order.storeId}/carriers`, label: 'Pair carrier', isPage: true };
    case 'dispatch_failed':
      return { href: `/orders/${order.id}/dispatch`, label: 'Dispatch' };
    default:
      return { href: `/orders/${order.id}#exceptions`, label: 'Decide', isPage: true };
  }
}

export const FixLink = ({ fix, class: className }: { fix: Fix; class?: string }) => (
  <a href={fix.href} class={className} data-dialog={fix.isPage ? undefined : ''} data-key={fix.key}>
    {fix.label}
  </a>
);

/** The sentence of a row: why, without the full stop that the link follows. */
export const whyText = (hold: ShownHold): string => holdText(hold).why.replace(/\.$/, '');
