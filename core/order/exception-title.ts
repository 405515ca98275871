import type { ExceptionCode } from './types.ts';

const exceptionWords: Readonly<Record<ExceptionCode, string>> = {
  dispatch_failed: 'Dispatch failed',
  label_failed: 'Label failed',
  acceptance_failed: 'The platform did not accept the order',
  writeback_failed: 'Tracking not accepted by the platform',
  cancellation_failed: 'Cancellation not accepted by the platform',
  writeback_unconfirmed: 'Shipment not seen on the platform',
  carrier_unpaired: 'Carrier not paired with the platform',
  platform_cancelled_after_dispatch: 'Cancelled on the platform after dispatch',
  platform_shipped_elsewhere: 'Shipped elsewhere according to the platform',
  platform_changed_after_dispatch: 'Changed on the platform after dispatch',
  warehouse_exception: 'The warehouse reports a problem',
};

/** What a code is about, for one order or a group of them. */
export const exceptionTitle = (code: ExceptionCode): string => exceptionWords[code];
