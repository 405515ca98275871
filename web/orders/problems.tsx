import { holdText } from '../../core/order/hold-text.ts';
import { releaseRule } from '../../core/order/holds.ts';
import type { ExceptionView, HoldView } from '../../core/queries/show-order.ts';
import { plural } from '../views/format.ts';
import { Csrf, When } from '../views/parts.tsx';
import { ChangedSinceDispatch } from './changed-since-dispatch.tsx';
import type { OrderPageProps } from './order-page.tsx';
import { exceptionTitle, FixLink, fixOfException, fixOfHold } from './reasons.tsx';

/** Every open hold: why, since when, the next step. */
export const HoldList = ({ order, frame, holds, mayWork }: OrderPageProps & { holds: readonly HoldView[] }) => (
  <section class="notice danger stack tight" id="holds" aria-label="Holds">
    <h2>Held · {plural(holds.length, 'reason')}</h2>
    <ul class="stack tight">
      {holds.map((hold) => {
        const text = holdText(hold);
        return (
          <li>
            <b>{text.why}</b> {text.next}
            {hold.note === null ? null : <> “{hold.note}”</>}
            <span class="why">
              Since <When at={hold.openedAt} now={frame.now} timeZone={frame.timeZone} />, {hold.openedBy}
              {hold.releaseAt === null ? null : (
                <>
                  , until <When at={hold.releaseAt} now={frame.now} timeZone={frame.timeZone} />
                </>
              )}
              {mayWork ? (
                <>
                  {' · '}
                  <FixLink fix={fixOfHold(hold, order)} />
                  {releaseRule(hold).by === 'nobody' || hold.code === 'operator_hold' ? null : (
                    <>
                      {' · '}
                      <a href={`/orders/${order.id}/release`} data-dialog="">
                        Release with a note
                      </a>
                    </>
                  )}
                </>
              ) : null}
            </span>
          </li>
        );
      })}
    </ul>
  </section>
);

/** Every open exception: what failed, the platform's own words, the next step. */
export const ExceptionList = ({
  order,
  frame,
  exceptions,
  mayWork,
  showsRecipient,
}: OrderPageProps & { exceptions: readonly ExceptionView[] }) => (
  <section class="notice warn stack tight" id="exceptions" aria-label="Exceptions">
    <h2>Processing Exception</h2>
    <ul class="stack tight">
      {exceptions.map((exception) => (
        <li>
          <b>{exceptionTitle(exception.code)}.</b> {exception.message}
          <ChangedSinceDispatch order={order} exception={exception} showsRecipient={showsRecipient} />
          {exception.platformMessage === null && exception.platformCode === null ? null : (
            <span class="why">
              The platform says:{' '}
              {[exception.platformCode, exception.platformMessage].filter((part) => part !== null).join(' · ')}
            </span>
          )}
          <span class="why">
            Since <When at={exception.openedAt} now={frame.now} timeZone={frame.timeZone} />
            {mayWork ? (
              <>
                {fixOfException(exception, order).label === 'Decide' ? null : (
                  <>
                    {' · '}
                    <FixLink fix={fixOfException(exception, order)} />
                  </>
                )}
                {' · '}
                <form
                  method="post"
                  action={`/orders/${order.id}/exceptions/${exception.id}/acknowledge`}
                  class="inline"
                >
                  <Csrf token={frame.csrfToken} />
                  <button type="submit" class="as-link">
                    I have dealt with it
                  </button>
                </form>
              </>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  </section>
);
