import { openReleasedBatch } from '../open-batch.ts';
import type { Action } from './action.ts';

/** Opens the form that dispatches everything a cause released, as one batch. */
export const dispatchReleased: Action = {
  id: 'dispatch_released',
  evenStale: true,
  onCause: openReleasedBatch,
};
