import type { Bench } from './stages.ts';

export interface Budget {
  /** As design and README say it. */
  readonly text: string;
  readonly limit: number;
  readonly direction: 'at most' | 'at least';
  /** Least ratio of value and floor, where the budget names one. */
  readonly leastRatio?: number | undefined;
  /** The budget speaks of tables of this many rows: below, a value is neither good nor bad. */
  readonly fromRows: number;
}

export interface Measurement {
  readonly value: number;
  /** What the same machine needs for the bare work, taken in the same run; null where nothing can be compared. */
  readonly floor: number | null;
  /** Orders in the table meanwhile. */
  readonly rows: number;
  /** What the number alone does not say, e.g. which list was the slowest. */
  readonly note?: string | undefined;
}

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly budget: Budget;
  measure(bench: Bench): Promise<Measurement>;
}

export interface ResultLine {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number | null;
  readonly ratio: number | null;
  readonly budget: string;
  readonly ok: boolean | null;
  readonly rows: number;
  readonly note?: string | undefined;
}

/** Whether the value keeps its budget; null where the budget does not speak of tables this small. */
export function isWithin(budget: Budget, measurement: Measurement): boolean | null {
  if (measurement.rows < budget.fromRows) return null;
  const { value } = measurement;
  const keepsLimit = budget.direction === 'at most' ? value <= budget.limit : value >= budget.limit;
  if (budget.leastRatio === undefined) return keepsLimit;
  const ratio = ratioOf(measurement);
  return keepsLimit && ratio !== null && ratio >= budget.leastRatio;
}

export function resultLine({ name, unit, budget }: Figure, measurement: Measurement): ResultLine {
  const { value, floor, rows, note } = measurement;
  const ratio = ratioOf(measurement);
  return {
    figure: name,
    value: rounded(value),
    unit,
    floor: floor === null ? null : rounded(floor),
    ratio: ratio === null ? null : rounded(ratio),
    budget: budget.text,
    // Judged before rounding, so that 30.004 ms does not pass as 30.
    ok: isWithin(budget, measurement),
    rows,
    ...(note === undefined ? {} : { note }),
  };
}

function ratioOf({ value, floor }: Measurement): number | null {
  return floor === null || floor === 0 ? null : value / floor;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
