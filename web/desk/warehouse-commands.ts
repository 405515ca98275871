import type { AdjustedStock, AdjustStockInput } from '../../core/commands/adjust-stock.ts';
import type { AdvanceOutboundInput } from '../../core/commands/advance-outbound.ts';
import type { AutoMatched, AutoMatchInput } from '../../core/commands/auto-match.ts';
import type { ClearOutboundExceptionInput } from '../../core/commands/clear-outbound-exception.ts';
import type { ConfirmedShipment, ConfirmShipmentInput } from '../../core/commands/confirm-shipment.ts';
import type { ImportedMappings, ImportMappingsInput } from '../../core/commands/import-mappings.ts';
import type { ImportedRow, ImportProductsInput } from '../../core/commands/import-products.ts';
import type { MarkOutboundExceptionInput } from '../../core/commands/mark-outbound-exception.ts';
import type { SaveCarrierInput } from '../../core/commands/save-carrier.ts';
import type { SaveMerchantInput } from '../../core/commands/save-merchant.ts';
import type { SaveProductInput } from '../../core/commands/save-product.ts';
import type { SaveServiceInput } from '../../core/commands/save-service.ts';
import type { SaveShippingChannelInput } from '../../core/commands/save-shipping-channel.ts';
import type { SaveShippingTypeInput } from '../../core/commands/save-shipping-type.ts';
import type { SaveWarehouseInput } from '../../core/commands/save-warehouse.ts';
import type { UnbindSkuInput } from '../../core/commands/unbind-sku.ts';
import type { Result } from '../../core/result.ts';

type Command<Input, Output> = (input: Input) => Promise<Result<Output>>;

/** What the pages about outbound orders, mappings, stock and set-up call; the desk implements it. */
export interface WarehouseCommands {
  advanceOutbound: Command<AdvanceOutboundInput, { version: number }>;
  markOutboundException: Command<MarkOutboundExceptionInput, { version: number }>;
  clearOutboundException: Command<ClearOutboundExceptionInput, { version: number }>;
  confirmShipment: Command<ConfirmShipmentInput, ConfirmedShipment>;
  autoMatch: Command<AutoMatchInput, AutoMatched>;
  importMappings: Command<ImportMappingsInput, ImportedMappings>;
  unbindSku: Command<UnbindSkuInput, { heldOrders: number }>;
  adjustStock: Command<AdjustStockInput, AdjustedStock>;
  saveProduct: Command<SaveProductInput, { productId: string }>;
  importProducts: Command<ImportProductsInput, { rows: readonly ImportedRow[] }>;
  saveMerchant: Command<SaveMerchantInput, { merchantId: string }>;
  saveWarehouse: Command<SaveWarehouseInput, { warehouseId: string }>;
  saveService: Command<SaveServiceInput, { serviceId: string }>;
  saveCarrier: Command<SaveCarrierInput, { carrierId: string }>;
  saveShippingChannel: Command<SaveShippingChannelInput, { channelId: string }>;
  saveShippingType: Command<SaveShippingTypeInput, { shippingTypeId: string }>;
}
