import type { SlackPersonLink } from '../../../core/ports/alerting.ts';
import type { Refusal } from '../../../core/result.ts';
import type { PageFrame } from '../frame.ts';
import { Badge, Csrf, Empty, FormErrors, Notice } from '../parts.tsx';
import { RuleForm } from './rules.tsx';
import { SettingsFrame } from './tabs.tsx';

/** Who a Slack user is at the desk: presses count with that person's roles once an owner has said so. */
export const SlackPeoplePage = ({
  frame,
  links,
  people,
  refusals = [],
}: {
  frame: PageFrame;
  /** Those who wait first. */
  links: readonly SlackPersonLink[];
  /** Who can be chosen. */
  people: readonly { readonly id: string; readonly name: string; readonly email: string | null }[];
  refusals?: readonly Refusal[];
}) => {
  const waiting = links.filter((link) => !link.isConfirmed && !link.isUnlinked).length;
  return (
    <SettingsFrame
      tab="slack-people"
      lede="Which person each Slack user is. Whatever they press in Slack is done with the roles of that person."
    >
      <FormErrors refusals={refusals} />
      {links.length === 0 ? (
        <Empty
          title="Nobody from Slack yet"
          why="People appear here after they press a button or use a command of the desk in Slack for the first time."
        />
      ) : (
        <>
          {waiting === 0 ? null : (
            <Notice tone="warn" title={waiting === 1 ? 'One person waits' : `${waiting} people wait`}>
              <p>Compare the Slack name and user id with your workspace: who is confirmed holds the person’s roles.</p>
            </Notice>
          )}
          <table class="table cards flow">
            <thead>
              <tr>
                <th>Slack user</th>
                <th>State</th>
                <th>Person at the desk</th>
                <th>
                  <span class="sr">Action</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {links.map((link) => (
                <tr>
                  <td>
                    <b>{link.displayName}</b> <span class="why mono">{link.slackUserId}</span>
                  </td>
                  <td data-label="State">
                    <State link={link} />
                    {!link.isConfirmed && link.personName !== null ? (
                      <span class="why">same e-mail as {link.personName}</span>
                    ) : null}
                  </td>
                  <td>
                    <RuleForm
                      frame={frame}
                      action="/settings/slack-people"
                      hidden={{ linkId: link.id }}
                      name="personId"
                      label={`Person at the desk for ${link.displayName}`}
                      value={people.some(({ id }) => id === link.personId) ? link.personId : null}
                      options={people.map(({ id, name, email }) => ({
                        value: id,
                        label: email === null ? name : `${name} (${email})`,
                      }))}
                      submit={link.isConfirmed ? 'Change' : 'Confirm'}
                    />
                  </td>
                  <td class="num">
                    {link.isConfirmed ? (
                      <form method="post" action="/settings/slack-people/unlink">
                        <Csrf token={frame.csrfToken} />
                        <input type="hidden" name="linkId" value={link.id} />
                        <button type="submit" class="btn small">
                          Unlink<span class="sr"> {link.displayName}</span>
                        </button>
                      </form>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </SettingsFrame>
  );
};

const State = ({ link }: { link: SlackPersonLink }) => {
  if (link.isConfirmed) return <Badge tone="ok">Confirmed</Badge>;
  return link.isUnlinked ? <Badge tone="off">Unlinked</Badge> : <Badge tone="wait">Not confirmed</Badge>;
};
