import { trimmed } from './line-key.ts';
import { type Recipient, recipientFields } from './types.ts';

type Field = (typeof recipientFields)[number];

/** What a parcel to a door needs where no row below says otherwise. */
const anywhere: readonly Field[] = ['name', 'country', 'city', 'address1', 'zip'];
/** What a parcel to a convenience store or locker needs: the buyer is called or texted, the code is the address. */
const pickupPoint: readonly Field[] = ['name', 'phone', 'pickupPointCode'];

/** Countries whose domestic carriers ask for something else; by ISO 3166-1 alpha-2. */
const byCountry: Readonly<Record<string, readonly Field[]>> = {
  // The state is part of the routing.
  US: ['name', 'country', 'state', 'city', 'address1', 'zip'],
  CA: ['name', 'country', 'state', 'city', 'address1', 'zip'],
  AU: ['name', 'country', 'state', 'city', 'address1', 'zip'],
  BR: ['name', 'country', 'state', 'city', 'address1', 'zip'],
  MX: ['name', 'country', 'state', 'city', 'address1', 'zip'],
  IN: ['name', 'phone', 'country', 'state', 'city', 'address1', 'zip'],
  // One line may hold the whole address, and the courier calls first.
  TW: ['name', 'phone', 'country', 'address1'],
  CN: ['name', 'phone', 'country', 'state', 'city', 'address1'],
  HK: ['name', 'phone', 'country', 'address1'],
  MO: ['name', 'phone', 'country', 'address1'],
  JP: ['name', 'phone', 'country', 'zip', 'address1'],
  KR: ['name', 'phone', 'country', 'zip', 'address1'],
  TH: ['name', 'phone', 'country', 'zip', 'address1'],
  VN: ['name', 'phone', 'country', 'city', 'address1'],
  PH: ['name', 'phone', 'country', 'city', 'address1'],
  ID: ['name', 'phone', 'country', 'city', 'address1'],
  MY: ['name', 'phone', 'country', 'city', 'address1', 'zip'],
  // The city is the country.
  SG: ['name', 'country', 'address1', 'zip'],
};

/** Countries without postcodes, or where mail does without them (Universal Postal Union, 2025). */
const withoutZip: ReadonlySet<string> = new Set(
  'AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CM DJ DM ER FJ GA GD GH GM GQ GY IE JM KI KM KN ML MR MW NR NU PA QA RW SB SC SL SO SR ST SY TD TF TG TK TO TV UG VU YE ZW'.split(
    ' ',
  ),
);

/** Fields that a recipient must have, in the order of `recipientFields`. */
export function requiredFields(country: string | null, toPickupPoint: boolean): readonly Field[] {
  if (toPickupPoint) return pickupPoint;
  const code = trimmed(country)?.toUpperCase() ?? '';
  const own = byCountry[code];
  if (own !== undefined) return own;
  return withoutZip.has(code) ? anywhere.filter((field) => field !== 'zip') : anywhere;
}

/**
 * Required fields that are empty, in the order of `recipientFields`. An order goes to a pickup point when it has such a
 * code, or when its shipping method says so.
 */
export function missingFields(recipient: Recipient | null, goesToPickupPoint: boolean): readonly Field[] {
  const toPickupPoint = goesToPickupPoint || trimmed(recipient?.pickupPointCode ?? null) !== null;
  const required = requiredFields(recipient?.country ?? null, toPickupPoint);
  return recipientFields.filter(
    (field) => required.includes(field) && (recipient === null || trimmed(recipient[field]) === null),
  );
}
