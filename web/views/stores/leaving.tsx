import { PageHead } from '../parts.tsx';

/** Shown for the moment until the browser follows the Refresh header; the link is for browsers that do not. */
export const LeavingPage = ({ url, platformName }: { url: string; platformName: string }) => (
  <>
    <PageHead title={`On to ${platformName}`} />
    <p>The login opens in this tab. It may take ten minutes; after that, start it again from the store's page.</p>
    <p>
      <a class="btn go" href={url} rel="noreferrer">
        Continue to {platformName}
      </a>
    </p>
  </>
);
