export interface MerchantRow {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly timezone: string;
  readonly archivedAt: Date | null;
}

export interface WarehouseRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly country: string | null;
  readonly timezone: string;
  readonly allowsBackorder: boolean;
  readonly kind: 'own' | 'external';
  readonly enabled: boolean;
  /** What the merchants asked about may use it for. */
  readonly services: readonly {
    readonly id: string;
    readonly merchantId: string;
    readonly kind: 'dropship' | 'b2b';
    readonly enabled: boolean;
  }[];
}

export interface CarrierRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** With `{number}` where the tracking number goes. */
  readonly trackingUrl: string | null;
  readonly enabled: boolean;
}

export interface ChannelRow {
  readonly id: string;
  readonly warehouseId: string;
  readonly warehouseName: string;
  readonly code: string;
  readonly name: string;
  readonly carrierId: string;
  readonly carrierName: string;
  readonly serviceLevel: string;
  readonly selfPickup: boolean;
  readonly cashOnDelivery: boolean;
  readonly enabled: boolean;
}

export interface ShippingTypeRow {
  readonly id: string;
  readonly merchantId: string;
  readonly code: string;
  readonly name: string;
  readonly defaultChannelId: string | null;
  readonly defaultChannelName: string | null;
  /** Platform methods that map to it. */
  readonly methodCount: number;
}

/** A shipping method of a store: mapped, or seen on orders and not yet mapped. */
export interface MethodRow {
  readonly storeId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly method: string;
  readonly shippingTypeId: string | null;
  readonly createdBy: string | null;
  readonly heldOrders: number;
}

/** A payment type of a store: classified, or seen on orders and not yet classified. */
export interface PaymentRow {
  readonly storeId: string;
  readonly storeName: string;
  readonly platform: string;
  readonly paymentMethod: string;
  readonly class: 'prepaid' | 'cash_on_delivery' | 'blocked' | null;
  readonly createdBy: string | null;
  readonly heldOrders: number;
}

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly status: 'active' | 'disabled';
  readonly lastSeenAt: Date | null;
  readonly grants: readonly {
    readonly role: string;
    readonly merchantIds: 'all' | readonly string[];
    readonly warehouseIds: 'all' | readonly string[];
  }[];
}

/** The set-up pages. Everything but warehouses, carriers and channels belongs to a merchant. */
export interface SettingsQueries {
  listMerchants(input: { readonly merchantIds: readonly string[] | 'all' }): Promise<readonly MerchantRow[]>;
  /** All warehouses, with the services of these merchants. */
  listWarehouses(input: { readonly merchantIds: readonly string[] }): Promise<readonly WarehouseRow[]>;
  listCarriers(input: { readonly enabledOnly?: boolean | undefined }): Promise<readonly CarrierRow[]>;
  /** `servedOnly`: out of warehouses where one of these merchants has an enabled service. */
  listChannels(input: {
    readonly merchantIds: readonly string[];
    readonly servedOnly?: boolean | undefined;
  }): Promise<readonly ChannelRow[]>;
  listShippingTypes(input: { readonly merchantIds: readonly string[] }): Promise<readonly ShippingTypeRow[]>;
  /** Not yet mapped ones first, by impact; with `only` the one method, where there is anything to say of it. */
  listMethods(input: {
    readonly merchantIds: readonly string[];
    readonly only?: { readonly storeId: string; readonly method: string } | undefined;
  }): Promise<readonly MethodRow[]>;
  /** Not yet classified ones first, by impact; with `only` the one type, where there is anything to say of it. */
  listPayments(input: {
    readonly merchantIds: readonly string[];
    readonly only?: { readonly storeId: string; readonly paymentMethod: string } | undefined;
  }): Promise<readonly PaymentRow[]>;
  /** Whoever holds a role over one of these merchants. */
  listPeople(input: { readonly merchantIds: readonly string[] }): Promise<readonly PersonRow[]>;
  /** Everybody who may sign in, by name: for owners, who hand out roles. */
  listActivePeople(): Promise<readonly { readonly id: string; readonly name: string; readonly email: string | null }[]>;
  /** Stores of these merchants, for filters and pickers. */
  listStoreNames(input: {
    readonly merchantIds: readonly string[];
  }): Promise<
    readonly { readonly id: string; readonly merchantId: string; readonly name: string; readonly platform: string }[]
  >;
}
