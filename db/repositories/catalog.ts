import { and, eq, isNull } from 'drizzle-orm';
import type { CatalogPorts, CatalogRepository, ServiceKind, WarehouseRecord } from '../../core/ports/catalog.ts';
import { unwrap } from '../database.ts';
import {
  carriers,
  installation,
  merchants,
  services,
  shippingChannels,
  shippingTypes,
  warehouses,
} from '../schema/index.ts';
import { createMappingKeyRepository } from './mapping-keys.ts';
import { createProductRepository } from './products.ts';
import { saving } from './saving.ts';

export const createCatalogRepositories = (): CatalogPorts => ({
  catalog: createCatalogRepository(),
  products: createProductRepository(),
  mappingKeys: createMappingKeyRepository(),
});

const serviceKind = (kind: string): ServiceKind => (kind === 'b2b' ? 'b2b' : 'dropship');
const warehouseKind = (kind: string): WarehouseRecord['kind'] => (kind === 'external' ? 'external' : 'own');

/**
 * Rows are locked `for no key update`: two who change the same thing meet, and a dispatch that only refers to it (a
 * foreign key's lock) is not kept waiting.
 */
function createCatalogRepository(): CatalogRepository {
  return {
    async claimOnce(tx, key) {
      const rows = await unwrap(tx)
        .insert(installation)
        .values({ key, value: 'done' })
        .onConflictDoNothing()
        .returning({ key: installation.key });
      return rows.length > 0;
    },

    async findMerchant(tx, merchantId) {
      const [row] = await unwrap(tx).select().from(merchants).where(eq(merchants.id, merchantId)).for('no key update');
      if (row === undefined) return null;
      const { id, name, code, timezone, archivedAt } = row;
      return { id, name, code, timezone, archivedAt };
    },

    saveMerchant(tx, merchant) {
      const { id, ...facts } = merchant;
      return saving(tx, (savepoint) =>
        savepoint.insert(merchants).values(merchant).onConflictDoUpdate({ target: merchants.id, set: facts }),
      );
    },

    async activeMerchantIds(tx) {
      const rows = await unwrap(tx).select({ id: merchants.id }).from(merchants).where(isNull(merchants.archivedAt));
      return rows.map((row) => row.id);
    },

    async findWarehouse(tx, warehouseId) {
      const [row] = await unwrap(tx)
        .select()
        .from(warehouses)
        .where(eq(warehouses.id, warehouseId))
        .for('no key update');
      if (row === undefined) return null;
      const { createdAt, kind, ...facts } = row;
      return { ...facts, kind: warehouseKind(kind) };
    },

    saveWarehouse(tx, warehouse) {
      const { id, ...facts } = warehouse;
      return saving(tx, (savepoint) =>
        savepoint.insert(warehouses).values(warehouse).onConflictDoUpdate({ target: warehouses.id, set: facts }),
      );
    },

    async merchantsOfWarehouse(tx, warehouseId) {
      const rows = await unwrap(tx)
        .selectDistinct({ merchantId: services.merchantId })
        .from(services)
        .where(and(eq(services.warehouseId, warehouseId), eq(services.enabled, true)));
      return rows.map((row) => row.merchantId);
    },

    async findService(tx, merchantId, warehouseId, kind) {
      const [row] = await unwrap(tx)
        .select()
        .from(services)
        .where(and(eq(services.merchantId, merchantId), eq(services.warehouseId, warehouseId), eq(services.kind, kind)))
        .for('no key update');
      if (row === undefined) return null;
      return { id: row.id, merchantId, warehouseId, kind: serviceKind(row.kind), enabled: row.enabled };
    },

    saveService(tx, service) {
      return saving(tx, (savepoint) =>
        savepoint
          .insert(services)
          .values(service)
          .onConflictDoUpdate({ target: [services.merchantId, services.id], set: { enabled: service.enabled } }),
      );
    },

    async findCarrier(tx, carrierId) {
      const [row] = await unwrap(tx).select().from(carriers).where(eq(carriers.id, carrierId)).for('no key update');
      if (row === undefined) return null;
      const { createdAt, ...facts } = row;
      return facts;
    },

    saveCarrier(tx, carrier) {
      const { id, ...facts } = carrier;
      return saving(tx, (savepoint) =>
        savepoint.insert(carriers).values(carrier).onConflictDoUpdate({ target: carriers.id, set: facts }),
      );
    },

    async findChannel(tx, channelId) {
      const [row] = await unwrap(tx)
        .select()
        .from(shippingChannels)
        .where(eq(shippingChannels.id, channelId))
        .for('no key update');
      if (row === undefined) return null;
      const { createdAt, ...facts } = row;
      return facts;
    },

    saveChannel(tx, channel) {
      const { id, warehouseId, ...facts } = channel;
      return saving(tx, (savepoint) =>
        savepoint
          .insert(shippingChannels)
          .values(channel)
          .onConflictDoUpdate({ target: shippingChannels.id, set: facts }),
      );
    },

    async shippingTypesOfChannel(tx, channelId) {
      const rows = await unwrap(tx)
        .selectDistinct({ name: shippingTypes.name })
        .from(shippingTypes)
        .where(eq(shippingTypes.defaultChannelId, channelId))
        .orderBy(shippingTypes.name);
      return rows.map((row) => row.name);
    },

    async findShippingType(tx, merchantId, shippingTypeId) {
      const [row] = await unwrap(tx)
        .select()
        .from(shippingTypes)
        .where(and(eq(shippingTypes.merchantId, merchantId), eq(shippingTypes.id, shippingTypeId)))
        .for('no key update');
      if (row === undefined) return null;
      const { createdAt, ...facts } = row;
      return facts;
    },

    saveShippingType(tx, shippingType) {
      const { id, merchantId, ...facts } = shippingType;
      return saving(tx, (savepoint) =>
        savepoint
          .insert(shippingTypes)
          .values(shippingType)
          .onConflictDoUpdate({ target: [shippingTypes.merchantId, shippingTypes.id], set: facts }),
      );
    },
  };
}
