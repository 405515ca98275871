import type { PlatformInfo } from '../../../core/connect/platform-list.ts';
import type { ConnectionKind } from '../../../core/ports/connector.ts';
import type { Refusal } from '../../../core/result.ts';
import type { PageFrame } from '../frame.ts';
import { Csrf, Empty, Field, FormErrors, PageHead } from '../parts.tsx';
import { Caveats, PlatformFields, SaveUntested } from './fields.tsx';

const connectionWords: Readonly<Record<ConnectionKind, string>> = {
  oauth: 'You log in at the platform and allow the desk to read and ship orders.',
  keys: 'You paste keys from the platform; they are tested at once.',
  account: 'You enter the account that the platform gave you; it is tested at once.',
  signing: 'You paste the key set that signs every call; it is tested at once.',
};

export const ChoosePlatform = ({ platforms }: { platforms: readonly PlatformInfo[] }) => (
  <>
    <PageHead title="Add store" lede="Choose the platform that the store is on." />
    {platforms.length === 0 ? (
      <Empty title="No platform is available" why="This desk was started without a connector." />
    ) : (
      <ul class="grid">
        {platforms.map(({ profile, isConfigured }) => (
          <li class="card stack tight">
            <h2>{profile.name}</h2>
            <p class="muted">{connectionWords[profile.connection]}</p>
            {isConfigured ? (
              <div class="actions">
                <a class="btn" href={`/stores/add?platform=${profile.platform}`}>
                  Connect {profile.name}
                </a>
              </div>
            ) : (
              <p class="small">
                Not set up on this desk: the person who runs it has to set its application keys (see the README's
                settings).
              </p>
            )}
          </li>
        ))}
      </ul>
    )}
  </>
);

export interface AddFormProps {
  readonly frame: PageFrame;
  readonly platform: PlatformInfo;
  readonly egressIps: readonly string[];
  readonly values: {
    readonly name: string;
    readonly code: string;
    readonly fields: Readonly<Record<string, string>>;
  };
  readonly refusals: readonly Refusal[];
}

export const AddForm = ({ frame, platform, egressIps, values, refusals }: AddFormProps) => {
  const { profile } = platform;
  const isLogin = profile.connection === 'oauth';
  return (
    <>
      <PageHead title={`Add ${profile.name} store`} lede={connectionWords[profile.connection]} />
      <form method="post" action="/stores/add" class="stack narrow" novalidate={refusals.length > 0}>
        <Csrf token={frame.csrfToken} />
        <input type="hidden" name="platform" value={profile.platform} />
        <FormErrors refusals={refusals} />
        <Caveats profile={profile} egressIps={egressIps} />
        <Field
          name="name"
          label="Store Name"
          help={`What your team calls it. Each ${profile.name} store needs a name of its own.`}
          value={values.name}
          refusals={refusals}
          required
          maxlength={80}
        />
        <Field
          name="code"
          label="Store code (optional)"
          help="A short code for your own lists."
          value={values.code}
          refusals={refusals}
          maxlength={40}
        />
        <PlatformFields fields={profile.fields} values={values.fields} refusals={refusals} />
        <SaveUntested profile={profile} />
        <div class="actions">
          <button type="submit" class="btn go">
            {isLogin ? 'Save and continue' : 'Test and save'}
          </button>
          <a class="btn ghost" href="/stores/add">
            Other platform
          </a>
        </div>
        {isLogin ? (
          <p class="muted small">
            Next you go to {profile.name} in a new tab. Nothing is lost if you stop on the way: the store's row keeps
            the button.
          </p>
        ) : null}
      </form>
    </>
  );
};
