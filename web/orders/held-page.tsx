import { holdText, holdTitle } from '../../core/order/hold-text.ts';
import { type HeldCause, type HeldCauses, heldCauseLimit } from '../../core/queries/list-held-causes.ts';
import { countText, plural } from '../views/format.ts';
import type { PageFrame } from '../views/frame.ts';
import { Empty, PageHead, When } from '../views/parts.tsx';
import { causeText } from './list-query.ts';
import { FixLink, fixOfCause, isSharedCode } from './reasons.tsx';

/** A page of causes: beyond, mending the first ones shows the next. */
const shownCauses = 100;

interface HeldProps {
  readonly frame: PageFrame;
  readonly held: HeldCauses;
  readonly platformNames: Readonly<Record<string, string>>;
  readonly mayWork: boolean;
  readonly here: string;
}

/** Causes, not orders: mend one and everything it holds is released. */
export const HeldPage = ({ frame, held, platformNames, mayWork, here }: HeldProps) => (
  <div id="region" hx-get={here} hx-trigger="desk:refresh from:body" hx-swap="outerMorph" hx-target="this">
    <PageHead
      title="Held"
      lede="What keeps orders from leaving, by cause. Mend a cause once, and every order that waits for it is released."
    >
      <a class="btn" href="/orders?needs=held">
        Held orders, one by one
      </a>
    </PageHead>
    {held.causes.length === 0 ? (
      <Empty
        title="Nothing is held"
        why="Every order can be dispatched. When one cannot, its reason appears here, with the way to mend it."
      >
        <a class="btn" href="/orders?status=pending">
          Pending orders
        </a>
      </Empty>
    ) : (
      <>
        <CauseTable
          causes={held.causes.slice(0, shownCauses)}
          frame={frame}
          platformNames={platformNames}
          mayWork={mayWork}
        />
        {held.isComplete && held.causes.length <= shownCauses ? null : (
          <p class="pager">There are more causes; these {shownCauses} hold the most orders.</p>
        )}
      </>
    )}
  </div>
);

export const CauseTable = ({
  causes,
  frame,
  platformNames,
  mayWork,
}: {
  causes: readonly HeldCause[];
  frame: PageFrame;
  platformNames: Readonly<Record<string, string>>;
  mayWork: boolean;
}) => (
  <table class="table cards causes">
    <thead class="stick">
      <tr>
        <th>Cause</th>
        <th class="num">Orders</th>
        <th>Store</th>
        <th>Waiting since</th>
        <th>
          <span class="sr">Next step</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {causes.map((cause) => (
        <CauseRow cause={cause} frame={frame} platformNames={platformNames} mayWork={mayWork} />
      ))}
    </tbody>
  </table>
);

const CauseRow = ({
  cause,
  frame,
  platformNames,
  mayWork,
}: {
  cause: HeldCause;
  frame: PageFrame;
  platformNames: Readonly<Record<string, string>>;
  mayWork: boolean;
}) => {
  const isShared = isSharedCode(cause.code);
  const list = `/orders?cause=${encodeURIComponent(causeText({ ...cause, subject: isShared ? cause.subject : null }))}`;
  const fix = fixOfCause({ ...cause, subject: cause.subject ?? '', isShared });
  return (
    <tr>
      <td>
        <a class="id" href={list}>
          {isShared
            ? holdText({ ...cause, subject: cause.subject ?? '' }).why.replace(/\.$/, '')
            : holdTitle(cause.code)}
        </a>
        {isShared && cause.detail.name !== undefined && cause.code === 'sku_unmapped' ? (
          <span class="why">{cause.detail.name}</span>
        ) : null}
      </td>
      <td class="num">
        <b>{countText(cause.orderCount, heldCauseLimit)}</b>
        <span class="sr"> {plural(cause.orderCount, 'order')}</span>
      </td>
      <td>
        {cause.storeName}
        <span class="why">{platformNames[cause.platform] ?? cause.platform}</span>
      </td>
      <td>
        <When at={cause.oldestAt} now={frame.now} timeZone={frame.timeZone} />
      </td>
      <td class="num">{mayWork || fix.isPage ? <FixLink fix={fix} class="btn small" /> : null}</td>
    </tr>
  );
};
