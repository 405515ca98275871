import type { CatalogPorts } from '../ports/catalog.ts';
import type { BasePorts } from '../ports/ports.ts';

/** What set-up commands use. */
export type SetUpPorts = Pick<BasePorts, 'database' | 'clock' | 'audit'> & CatalogPorts;
