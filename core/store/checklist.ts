import type { AuthorizationStatus } from '../ports/access.ts';
import type { Profile, SetupTopic } from '../ports/connector.ts';

/** What the desk knows of a store's set-up. */
export interface SetupFacts {
  readonly authorizationStatus: AuthorizationStatus;
  /** Keys with a mapping in force, and keys that hold orders now. */
  readonly mappedKeys: number;
  readonly unmappedKeys: number;
  readonly pairedCarriers: number;
  /** Warehouses that the merchant may dispatch from. */
  readonly usableWarehouses: number;
  /** Payment types that hold orders now. */
  readonly unknownPayments: number;
}

export interface ChecklistStep {
  readonly title: string;
  readonly required: boolean;
  readonly about: SetupTopic | null;
  /** Null: advice that the desk cannot look up. */
  readonly isDone: boolean | null;
  /** What is left, or how far it is; null where the title says it all. */
  readonly said: string | null;
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** A warehouse is needed on every platform, whether its profile speaks of one or not. */
const warehouseStep = { title: 'Have a warehouse to ship from', required: true, about: 'warehouse' } as const;

/** The set-up steps of a platform, ticked by what the desk knows of the store. Pure. */
export function checklist(profile: Pick<Profile, 'setupSteps'>, facts: SetupFacts): readonly ChecklistStep[] {
  const steps = profile.setupSteps.some((step) => step.about === 'warehouse')
    ? profile.setupSteps
    : [...profile.setupSteps, warehouseStep];
  return steps.map((step) => {
    const about = step.about ?? null;
    return { title: step.title, required: step.required, about, ...stateOf(about, facts) };
  });
}

function stateOf(about: SetupTopic | null, facts: SetupFacts): Pick<ChecklistStep, 'isDone' | 'said'> {
  switch (about) {
    case 'authorization': {
      const isDone = facts.authorizationStatus === 'authorized' || facts.authorizationStatus === 'expiring';
      return { isDone, said: null };
    }
    case 'mapping':
      return {
        isDone: facts.mappedKeys > 0 && facts.unmappedKeys === 0,
        said:
          facts.unmappedKeys > 0
            ? `${plural(facts.unmappedKeys, 'SKU holds', 'SKUs hold')} orders`
            : `${facts.mappedKeys} mapped`,
      };
    case 'carriers':
      return { isDone: facts.pairedCarriers > 0, said: `${facts.pairedCarriers} paired` };
    case 'warehouse':
      return { isDone: facts.usableWarehouses > 0, said: plural(facts.usableWarehouses, 'warehouse', 'warehouses') };
    case 'payments':
      return {
        isDone: facts.unknownPayments === 0,
        said:
          facts.unknownPayments === 0
            ? null
            : `${plural(facts.unknownPayments, 'payment type holds', 'payment types hold')} orders`,
      };
    default:
      return { isDone: null, said: null };
  }
}
