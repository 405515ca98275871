import { Badge, Card, Fact, Facts, Notice, When } from '../parts.tsx';
import { AuthorizeButton, mainActionOf, RefreshButton, TestButton, UpdateCredentialsLink } from './actions.tsx';
import type { StorePageProps } from './store-page.tsx';
import { authorizationWords } from './words.ts';

/** The authorization that the store belongs to: its actions work on all stores that it carries, and say so. */
export const AuthorizationCard = ({ frame, store, platform, mayAdminister }: StorePageProps) => {
  const { now, timeZone, csrfToken } = frame;
  const { profile } = platform;
  const { authorization } = store;
  const { words, tone } = authorizationWords[store.authorizationStatus];
  const time = (at: Date | null) => (at === null ? null : <When at={at} now={now} timeZone={timeZone} />);
  return (
    <Card title="Authorization" id="authorization" actions={<Badge tone={tone}>{words}</Badge>}>
      <div class="stack">
        {store.reason === null ? null : (
          <Notice tone={tone === 'hold' ? 'danger' : 'warn'}>
            <p>{store.reason}</p>
          </Notice>
        )}
        {store.missingScopes.length === 0 ? null : (
          <Notice tone="warn" title="Permissions are missing">
            <p>
              {profile.name} did not grant <b>{store.missingScopes.join(', ')}</b>. Update the authorization and allow
              all of them.
            </p>
          </Notice>
        )}
        {authorization.siblings.length === 0 ? null : (
          <p class="small muted">
            It also carries{' '}
            {authorization.siblings.map((sibling, index) => (
              <>
                {index === 0 ? null : ', '}
                <a class="link" href={`/stores/${sibling.storeId}`}>
                  {sibling.name}
                </a>
              </>
            ))}
            : what you do here works on all of them.
          </p>
        )}
        <Facts>
          <Fact label="Account">{authorization.accountName ?? authorization.accountId}</Fact>
          <Fact label="Authorization Time">{time(store.authorizedAt)}</Fact>
          <Fact label={profile.capabilities.refresh ? 'Token ends (renewed before)' : 'Ends'}>
            {time(store.expiresAt)}
          </Fact>
          <Fact label="Login ends">{time(store.refreshExpiresAt)}</Fact>
          <Fact label="Last renewed">{time(authorization.refreshedAt)}</Fact>
          <Fact label="Last checked">{time(authorization.checkedAt)}</Fact>
          {profile.fields
            .filter((field) => !field.secret)
            .map((field) => (
              <Fact label={field.label}>{authorization.fields[field.name]}</Fact>
            ))}
          {profile.fields
            .filter((field) => field.secret)
            .map((field) => (
              <Fact label={field.label}>{store.authorizedAt === null ? null : '••••••••'}</Fact>
            ))}
          {authorization.scopes.length === 0 ? null : (
            <Fact label="Granted permissions" wide>
              {authorization.scopes.join(', ')}
            </Fact>
          )}
        </Facts>
        {mayAdminister ? (
          <Actions store={store} profile={profile} csrfToken={csrfToken} />
        ) : (
          <p class="small muted">Changing the authorization needs the role admin or owner.</p>
        )}
      </div>
    </Card>
  );
};

const Actions = ({
  store,
  profile,
  csrfToken,
}: {
  store: StorePageProps['store'];
  profile: StorePageProps['platform']['profile'];
  csrfToken: string;
}) => {
  const main = mainActionOf(store, profile);
  const { authorizationStatus: status, authorizationId } = store;
  const props = { authorizationId, csrfToken };
  const isLogin = profile.connection === 'oauth';
  return (
    <div class="actions">
      {isLogin ? (
        <AuthorizeButton {...props} main={main === 'authorize'} isFirst={store.authorizedAt === null} />
      ) : (
        <UpdateCredentialsLink {...props} main={main === 'update'} />
      )}
      {isLogin ? (
        <a class="btn" href={`/authorizations/${authorizationId}/credentials`}>
          Change what was entered
        </a>
      ) : null}
      {profile.capabilities.refresh && status !== 'pending' && status !== 'revoked' ? (
        <RefreshButton {...props} back={store.storeId} />
      ) : null}
      {status === 'pending' || status === 'revoked' ? null : (
        <TestButton {...props} back={store.storeId} main={main === 'test'} />
      )}
      {status === 'pending' || status === 'revoked' ? null : (
        <a class="btn danger" href={`/authorizations/${authorizationId}/revoke?storeId=${store.storeId}`}>
          Revoke…
        </a>
      )}
    </div>
  );
};
