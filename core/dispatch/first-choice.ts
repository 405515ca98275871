import type { DispatchPreview } from '../commands/preview-dispatch.ts';

/**
 * Warehouse and channel that a dispatch dialog may choose beforehand; undefined when a person has to. A channel that
 * collects money is never put on a paid order while another one could carry it: the buyer would pay twice. Then the
 * first warehouse that has everything.
 */
export function firstChoice(
  preview: Pick<DispatchPreview, 'warehouses' | 'cashOnDelivery'>,
): { readonly warehouseId: string; readonly channelId: string } | undefined {
  const isCod = preview.cashOnDelivery !== null;
  const fitting = preview.warehouses.flatMap(({ id, isEnough, channels }) =>
    channels
      .filter((channel) => !channel.selfPickup && (!isCod || channel.cashOnDelivery))
      .map((channel) => ({ warehouseId: id, channelId: channel.id, isEnough, collects: channel.cashOnDelivery })),
  );
  const [first] = fitting.toSorted(
    (a, b) => (isCod ? 0 : Number(a.collects) - Number(b.collects)) || Number(b.isEnough) - Number(a.isEnough),
  );
  return first === undefined ? undefined : { warehouseId: first.warehouseId, channelId: first.channelId };
}
