import type { OrderStatus } from '../../core/order/types.ts';
import { plural, statusWords } from '../views/format.ts';
import { Badge, type Tone } from '../views/parts.tsx';

const tones: Readonly<Record<OrderStatus, Tone>> = {
  pending: 'info',
  acknowledged: 'info',
  processing: 'flow',
  partially_shipped: 'flow',
  shipped: 'ok',
  completed: 'ok',
  manual_completed: 'ok',
  cancelled: 'off',
};

/**
 * What an order is in, and what is wrong with it: held and excepted stand in front, because they need somebody. The plain
 * word `Pending` is left out beside `Held`: only what waits can be held.
 */
export const StatusBadges = ({
  order,
  all = false,
}: {
  order: { readonly status: OrderStatus; readonly openHoldCount: number; readonly openExceptionCount: number };
  all?: boolean;
}) => {
  const { status, openHoldCount: holds, openExceptionCount: exceptions } = order;
  const saysStatus = all || exceptions > 0 || holds === 0 || status !== 'pending';
  return (
    <>
      {holds > 0 ? <Badge tone="hold">Held · {plural(holds, 'reason')}</Badge> : null}{' '}
      {exceptions > 0 ? <Badge tone="wait">Exception</Badge> : null}{' '}
      {saysStatus ? <Badge tone={tones[status]}>{statusWords[status]}</Badge> : null}
    </>
  );
};
