import { holdTitle } from '../../core/order/hold-text.ts';
import type { OrderDetail, OrderEventView } from '../../core/queries/show-order.ts';
import type { PageFrame } from '../views/frame.ts';
import { Card, When } from '../views/parts.tsx';

const viaWords: Readonly<Record<string, string>> = {
  slack: 'in Slack',
  web: 'here',
  api: 'through the API',
  system: '',
};

/** `order.address_corrected` → `Address corrected`. */
const eventWords = (event: string): string => {
  const words = (event.split('.').at(-1) ?? event).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Before and after in a few words; ids and long structures stay out. */
function change({ before, after }: OrderEventView): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .filter((name) => !silentNames.has(name))
    .flatMap((name) => {
      const [from, to] = [plain(before?.[name]), plain(after?.[name])];
      if (from === to || (from === null && to === null)) return [];
      const label = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
      return [from === null ? `${label}: ${to}` : `${label}: ${from} → ${to ?? '—'}`];
    })
    .slice(0, 6)
    .join(' · ');
}

/** Counters and switches that were off say nothing to a person. */
const silentNames: ReadonlySet<string> = new Set(['version']);

const uuidPattern = /^[\da-f]{8}-[\da-f]{4}-/;

function plain(value: unknown): string | null {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ');
  if (value === true) return 'yes';
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value);
  return uuidPattern.test(text) ? null : text.replaceAll('_', ' ');
}

/** Who did what, through what, newest first; closed holds are part of the story. */
export const HistoryCard = ({ order, frame }: { order: OrderDetail; frame: PageFrame }) => {
  const closed = order.holds.filter((hold) => hold.closedAt !== null);
  return (
    <Card title="History" id="history">
      <ol class="timeline">
        {order.history.map((event) => (
          <li>
            <div>
              <b>{eventWords(event.event)}</b> <span class="muted">{change(event)}</span>
            </div>
            {event.note === null ? null : <div>“{event.note}”</div>}
            <div class="why">
              <When at={event.at} now={frame.now} timeZone={frame.timeZone} /> · {event.actorName}{' '}
              {viaWords[event.via] ?? event.via}
            </div>
          </li>
        ))}
        <li>
          <div>
            <b>Arrived at the desk</b>
          </div>
          <div class="why">
            <When at={order.createdAt} now={frame.now} timeZone={frame.timeZone} /> · from {order.storeName}
          </div>
        </li>
      </ol>
      {closed.length === 0 ? null : (
        <details>
          <summary class="small muted">Holds that are closed: {closed.length}</summary>
          <ul class="stack tight">
            {closed.map((hold) => (
              <li class="small">
                {holdTitle(hold.code)}
                {hold.subject === '' ? '' : ` [${hold.subject}]`}: {hold.resolution ?? 'closed'}
                {hold.closedBy === null ? '' : ` by ${hold.closedBy}`}
                {hold.closedAt === null ? null : (
                  <>
                    , <When at={hold.closedAt} now={frame.now} timeZone={frame.timeZone} />
                  </>
                )}
                {hold.resolutionNote === null ? null : <> “{hold.resolutionNote}”</>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
};
