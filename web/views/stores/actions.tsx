import type { Profile } from '../../../core/ports/connector.ts';
import type { StoreRow } from '../../../core/queries/store-queries.ts';
import { Csrf } from '../parts.tsx';

/** What mends or starts an authorization, by its status; null where nothing needs doing. */
export type MainAction = 'authorize' | 'test' | 'update' | null;

export function mainActionOf(
  store: Pick<StoreRow, 'authorizationStatus' | 'missingScopes'>,
  profile: Profile,
): MainAction {
  const again = profile.connection === 'oauth' ? 'authorize' : 'update';
  switch (store.authorizationStatus) {
    case 'pending':
    case 'expired':
    case 'revoked':
    case 'expiring':
      return again;
    case 'unverified':
    case 'abnormal':
      return 'test';
    default:
      return store.missingScopes.length > 0 ? again : null;
  }
}

interface AuthorizationProps {
  readonly authorizationId: string;
  readonly csrfToken: string;
  readonly main?: boolean;
  readonly small?: boolean;
}

const buttonClass = ({ main, small }: AuthorizationProps): string =>
  ['btn', main === true ? 'go' : '', small === true ? 'small' : ''].filter((name) => name !== '').join(' ');

/** Opens the platform in a new tab; can be pressed again for as long as it takes. */
export const AuthorizeButton = (props: AuthorizationProps & { readonly isFirst: boolean }) => (
  <form
    method="post"
    action={`/authorizations/${props.authorizationId}/authorize`}
    target="_blank"
    rel="noopener"
    class="inline"
  >
    <Csrf token={props.csrfToken} />
    <button type="submit" class={buttonClass(props)}>
      {props.isFirst ? 'Go to Authorization' : 'Update Authorization'}
      <span class="sr"> (opens a new tab)</span>
    </button>
  </form>
);

export const UpdateCredentialsLink = (props: AuthorizationProps) => (
  <a class={buttonClass(props)} href={`/authorizations/${props.authorizationId}/credentials`}>
    Update Authorization
  </a>
);

export const TestButton = (props: AuthorizationProps & { readonly back: string }) => (
  <PostButton {...props} action="test" label="Test Connection" />
);

export const RefreshButton = (props: AuthorizationProps & { readonly back: string }) => (
  <PostButton {...props} action="refresh" label="Refresh Token" />
);

const PostButton = (
  props: AuthorizationProps & { readonly action: string; readonly label: string; readonly back: string },
) => (
  <form method="post" action={`/authorizations/${props.authorizationId}/${props.action}`} class="inline">
    <Csrf token={props.csrfToken} />
    <input type="hidden" name="storeId" value={props.back} />
    <button type="submit" class={buttonClass(props)}>
      {props.label}
    </button>
  </form>
);

/** The one button of a row in the list. */
export const MainAction = ({ store, profile, csrfToken }: { store: StoreRow; profile: Profile; csrfToken: string }) => {
  const action = mainActionOf(store, profile);
  const props = { authorizationId: store.authorizationId, csrfToken, small: true };
  if (action === 'authorize') return <AuthorizeButton {...props} isFirst={store.authorizedAt === null} />;
  if (action === 'test') return <TestButton {...props} back={store.storeId} />;
  return action === 'update' ? <UpdateCredentialsLink {...props} /> : null;
};
