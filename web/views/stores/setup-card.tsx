import type { PlatformInfo } from '../../../core/connect/platform-list.ts';
import type { SetupTopic } from '../../../core/ports/connector.ts';
import type { StoreDetail } from '../../../core/queries/store-queries.ts';
import { type ChecklistStep, checklist } from '../../../core/store/checklist.ts';
import { Card } from '../parts.tsx';

const nextSteps: Readonly<Record<SetupTopic, (storeId: string) => { readonly href: string; readonly label: string }>> =
  {
    authorization: () => ({ href: '#authorization', label: 'Authorize' }),
    mapping: (storeId) => ({ href: `/mappings/${storeId}`, label: 'Map SKUs' }),
    carriers: (storeId) => ({ href: `/stores/${storeId}/carriers`, label: 'Pair carriers' }),
    warehouse: () => ({ href: '/settings', label: 'Open settings' }),
    payments: (storeId) => ({ href: `/held?store=${storeId}`, label: 'Classify' }),
  };

export const SetupCard = ({ store, platform }: { store: StoreDetail; platform: PlatformInfo }) => (
  <Card title="Set-up" id="set-up">
    <ol class="steps">
      {checklist(platform.profile, store).map((step) => (
        <Step step={step} storeId={store.storeId} />
      ))}
    </ol>
  </Card>
);

const Step = ({ step, storeId }: { step: ChecklistStep; storeId: string }) => {
  const next = step.about === null || step.isDone === true ? null : nextSteps[step.about](storeId);
  return (
    <li class={step.isDone === true ? 'done' : undefined}>
      <b>{step.title}</b>
      <span class="muted small">
        {step.isDone === true ? 'Done' : step.required ? 'Required' : 'Optional'}
        {step.said === null ? null : ` · ${step.said}`}
        {next === null ? null : (
          <>
            {' · '}
            <a href={next.href}>{next.label}</a>
          </>
        )}
      </span>
    </li>
  );
};
