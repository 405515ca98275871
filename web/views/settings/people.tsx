import type { PersonRow } from '../../../core/queries/settings.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, When } from '../parts.tsx';
import { AddLink, EditLink, SettingsFrame } from './tabs.tsx';

/** Who may do what; owners change it. */
export const PeoplePage = ({
  frame,
  people,
  merchants,
  warehouses,
  mayOwn,
}: {
  frame: PageFrame;
  people: readonly PersonRow[];
  merchants: ReadonlyMap<string, string>;
  warehouses: ReadonlyMap<string, string>;
  mayOwn: boolean;
}) => (
  <SettingsFrame
    tab="people"
    lede="Who may do what here. A role is held over merchants and, for warehouse people, over warehouses."
    action={mayOwn ? <AddLink href="/settings/people/new">Invite a person</AddLink> : undefined}
  >
    <table class="table cards flow">
      <thead>
        <tr>
          <th>Person</th>
          <th>Roles</th>
          <th>Last seen</th>
          <th>
            <span class="sr">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr>
            <td>
              <b>{person.name}</b> {person.status === 'disabled' ? <Badge tone="off">Disabled</Badge> : null}
              {person.email === null ? null : <span class="why">{person.email}</span>}
            </td>
            <td>
              {person.grants.map((grant) => (
                <div>
                  <b>{grant.role}</b>{' '}
                  <span class="muted">
                    {namesOf(grant.merchantIds, merchants, 'every merchant')}
                    {grant.role === 'warehouse'
                      ? ` · ${namesOf(grant.warehouseIds, warehouses, 'every warehouse')}`
                      : ''}
                  </span>
                </div>
              ))}
            </td>
            <td data-label="Last seen">
              {person.lastSeenAt === null ? (
                <span class="muted">never</span>
              ) : (
                <When at={person.lastSeenAt} now={frame.now} timeZone={frame.timeZone} />
              )}
            </td>
            <td class="num">
              {mayOwn ? <EditLink href={`/settings/people/${person.id}`} what={person.name} /> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    {mayOwn ? null : <p class="muted">People are invited and changed by an owner.</p>}
  </SettingsFrame>
);

/** Names that the reader may know; others are only counted. */
function namesOf(ids: 'all' | readonly string[], names: ReadonlyMap<string, string>, all: string): string {
  if (ids === 'all') return all;
  const known = ids.flatMap((id) => names.get(id) ?? []);
  const others = ids.length - known.length;
  return [...known, ...(others > 0 ? [`${others} more`] : [])].join(', ');
}
