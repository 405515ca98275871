import { v7 } from 'uuid';

/** Asked of the system at once: a call for each id costs more than the rest of it, and a page of orders needs hundreds. */
const randomBytes = new Uint8Array(16 * 256);
let usedBytes = randomBytes.length;

let lastMs = Number.NEGATIVE_INFINITY;
let sequence = 0;

/**
 * A time-ordered UUID (version 7), made in the application so that any PostgreSQL from 15 on serves. Those of one
 * process ascend, also within a millisecond.
 */
export function newId(): string {
  if (usedBytes === randomBytes.length) {
    crypto.getRandomValues(randomBytes);
    usedBytes = 0;
  }
  const random = randomBytes.subarray(usedBytes, usedBytes + 16);
  usedBytes += 16;
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // 31 bits: room to count up within the millisecond.
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(6) & 0x7fffffff;
  } else {
    sequence = (sequence + 1) | 0;
    if (sequence === 0) lastMs += 1;
  }
  return v7({ random, msecs: lastMs, seq: sequence });
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for the canonical lower-case text of a UUID: what may reach a query as an id. */
export const isId = (text: string): boolean => uuidPattern.test(text);
