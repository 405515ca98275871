export interface CatalogueProduct {
  readonly productId: string;
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly name: string;
  readonly price: number;
}

/** What every shop of the simulated marketplace sells. The last one has no SKU: it can be bound by its product id. */
export const catalogue = [
  {
    productId: 'P-1001',
    sku: 'TEA-OOLONG-150',
    barcode: '4710000000011',
    name: 'High mountain oolong 150 g',
    price: 420,
  },
  {
    productId: 'P-1002',
    sku: 'TEA-BLACK-100',
    barcode: '4710000000028',
    name: 'Sun Moon Lake black tea 100 g',
    price: 380,
  },
  { productId: 'P-1003', sku: 'TEA-JASMIN-075', barcode: '4710000000035', name: '茉莉綠茶 75 g', price: 260 },
  {
    productId: 'P-1004',
    sku: 'CUP-GLASS-2',
    barcode: '4710000000042',
    name: 'Double-wall glass, set of two',
    price: 690,
  },
  { productId: 'P-1005', sku: 'POT-CLAY-S', barcode: '4710000000059', name: '宜興紫砂壺 (小)', price: 1880 },
  {
    productId: 'P-1006',
    sku: 'SET-TEATIME',
    barcode: '4710000000066',
    name: 'Tea time gift set (pot, two cups, oolong)',
    price: 2680,
  },
  { productId: 'P-1007', sku: 'HONEY-LONGAN', barcode: '4710000000073', name: '龍眼蜂蜜 420 g', price: 520 },
  {
    productId: 'P-1008',
    sku: 'COOKIE-PINE-12',
    barcode: '4710000000080',
    name: 'Pineapple cakes, box of 12',
    price: 480,
  },
  {
    productId: 'P-1009',
    sku: 'FILTER-PAPER',
    barcode: '4710000000097',
    name: 'Paper tea filters, 100 pieces',
    price: 150,
  },
  { productId: 'P-1010', sku: null, barcode: null, name: '手工杯墊 (hand-made coaster)', price: 220 },
] as const satisfies readonly CatalogueProduct[];

export interface MarketCarrier {
  readonly code: string;
  readonly name: string;
}

export const carriers = [
  { code: 'black_cat', name: 'Black Cat 黑貓宅急便' },
  { code: 'hct', name: 'HCT 新竹物流' },
  { code: 'post_tw', name: 'Chunghwa Post 中華郵政' },
  { code: 'seven_eleven', name: '7-ELEVEN 交貨便' },
  { code: 'family_mart', name: 'FamilyMart 店到店' },
  { code: 'sf_express', name: 'SF Express' },
  { code: 'dhl', name: 'DHL Express' },
  { code: 'ups', name: 'UPS' },
] as const satisfies readonly MarketCarrier[];

export const scopes = ['orders', 'fulfilments', 'products', 'stock'] as const;
