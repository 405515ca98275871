import { v7 } from 'uuid';

/** A time-ordered UUID (version 7), made in the application so that any PostgreSQL from 15 on serves. */
export const newId = (): string => v7();

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for the canonical lower-case text of a UUID: what may reach a query as an id. */
export const isId = (text: string): boolean => uuidPattern.test(text);
