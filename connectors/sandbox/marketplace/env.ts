import type { ServerResponse } from 'node:http';
import type { AccessGrant, Shop } from './types.ts';

/** What the marketplace's routes share. `outgoing` is there behind a real Node server only. */
export interface MarketEnv {
  Bindings: { outgoing?: ServerResponse | undefined };
  Variables: { shop: Shop; grant: AccessGrant; repeatPage: boolean };
}
