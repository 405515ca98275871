import { type Permission, rolesFor } from '../../core/people/permissions.ts';
import type { Refusal } from '../../core/result.ts';

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429;

/** Ends a request with a status and a refusal in words. Thrown by web code only; commands return theirs. */
export class HttpRefusal extends Error {
  readonly status: RefusalStatus;
  readonly refusal: Refusal;

  constructor(status: RefusalStatus, refusal: Refusal) {
    super(refusal.message);
    this.name = 'HttpRefusal';
    this.status = status;
    this.refusal = refusal;
  }

  static notFound(message = 'There is nothing here: it may have been removed, or belong to another merchant.') {
    return new HttpRefusal(404, { code: 'not_found', message });
  }

  static notPermitted(permission: Permission) {
    return new HttpRefusal(403, {
      code: 'not_permitted',
      message: `This needs the role ${rolesFor(permission)}. Ask an owner to give it to you.`,
    });
  }
}

const statuses: Readonly<Record<string, RefusalStatus>> = {
  not_permitted: 403,
  not_found: 404,
  stale_version: 409,
};

/** The HTTP status of a command's refusal: 422 but for a few codes. */
export const statusOf = (refusal: Refusal): RefusalStatus => statuses[refusal.code] ?? 422;
