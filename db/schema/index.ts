export * from './alerts.ts';
export * from './jobs.ts';
export * from './orders.ts';
export * from './outbound.ts';
export * from './people.ts';
export * from './runs.ts';
export * from './stores.ts';
export * from './warehouses.ts';
