import type { PlatformInfo } from '../../../core/connect/platform-list.ts';
import type { StoreDetail } from '../../../core/queries/store-queries.ts';
import type { Refusal } from '../../../core/result.ts';
import type { PageFrame } from '../frame.ts';
import { Csrf, FormErrors, PageHead } from '../parts.tsx';
import { Caveats, PlatformFields, SaveUntested } from './fields.tsx';

export const CredentialsPage = ({
  frame,
  store,
  platform,
  egressIps,
  values,
  refusals,
}: {
  frame: PageFrame;
  store: StoreDetail;
  platform: PlatformInfo;
  egressIps: readonly string[];
  values: Readonly<Record<string, string>>;
  refusals: readonly Refusal[];
}) => {
  const { profile } = platform;
  const isLogin = profile.connection === 'oauth';
  return (
    <>
      <PageHead
        title={`Update Authorization of ${store.name}`}
        lede={
          isLogin
            ? 'What is entered here says where the login goes. The login itself follows.'
            : 'New credentials are tested before they replace the old ones. Refused ones change nothing.'
        }
      />
      <form
        method="post"
        action={`/authorizations/${store.authorizationId}/credentials`}
        class="stack narrow"
        novalidate={refusals.length > 0}
      >
        <Csrf token={frame.csrfToken} />
        <input type="hidden" name="storeId" value={store.storeId} />
        <FormErrors refusals={refusals} />
        <Caveats profile={profile} egressIps={egressIps} />
        <PlatformFields fields={profile.fields} values={values} refusals={refusals} keepsSecrets />
        <SaveUntested profile={profile} />
        <div class="actions">
          <button type="submit" class="btn go">
            {isLogin ? 'Save' : 'Test and save'}
          </button>
          <a class="btn ghost" href={`/stores/${store.storeId}`}>
            Cancel
          </a>
        </div>
      </form>
    </>
  );
};
