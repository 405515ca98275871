import type { Recipient } from './types.ts';

/** What forms call the fields of an address, in the words that operators know. */
export const recipientLabels: Readonly<Record<keyof Recipient, string>> = {
  name: 'Recipient Name',
  phone: 'Phone',
  email: 'E-mail',
  country: 'Country (two letters)',
  state: 'State/Province',
  city: 'City',
  district: 'District',
  address1: 'Address line 1',
  address2: 'Address line 2',
  zip: 'Zip Code',
  pickupPointCode: 'Pickup-point code',
};
