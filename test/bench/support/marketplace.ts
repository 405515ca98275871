import { join } from 'node:path';
import { z } from 'zod';
import { startChild } from './child.ts';

/** The application that the desk is at the marketplace. */
export const marketClient = { id: 'desk', secret: 'a-secret-of-the-bench' };

export interface BulkShop {
  readonly handle: string;
  /** Two-line orders of about 2.4 KB, placed evenly from `from` on, `stepMs` apart. */
  readonly count: number;
  readonly from: Date;
  readonly stepMs: number;
}

const answer = z.object({
  baseUrl: z.string(),
  shops: z.array(
    z.object({
      handle: z.string(),
      shopId: z.string(),
      accessToken: z.string(),
      refreshToken: z.string(),
      expiresInSeconds: z.number(),
    }),
  ),
});

export type ConnectedShop = z.infer<typeof answer>['shops'][number];

export interface BenchMarketplace {
  readonly baseUrl: string;
  /** In the order asked for, each with a grant of the desk. */
  readonly shops: readonly ConnectedShop[];
  readonly pid: number;
  end(): Promise<void>;
}

export async function startMarketplace(shops: readonly BulkShop[]): Promise<BenchMarketplace> {
  const child = startChild(join(import.meta.dirname, 'marketplace-process.ts'), {
    client: marketClient,
    shops: shops.map((shop) => ({ ...shop, from: shop.from.toISOString() })),
  });
  const { baseUrl, shops: connected } = answer.parse(JSON.parse(await child.line()));
  return { baseUrl, shops: connected, pid: child.pid, end: child.end };
}
