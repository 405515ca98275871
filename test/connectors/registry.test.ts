import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../connectors/registry.ts';
import { createSandboxConnector } from '../../connectors/sandbox/index.ts';

describe('registry', () => {
  const sandbox = createSandboxConnector({ baseUrl: 'http://127.0.0.1:3000/sandbox' });

  it('knows the connectors that it was given and no other', () => {
    const registry = createRegistry([sandbox]);
    expect(registry.get('sandbox')).toBe(sandbox);
    expect(registry.list()).toEqual([sandbox]);
    expect(() => createRegistry([]).get('sandbox')).toThrow('no connector for sandbox');
    expect(() => createRegistry([sandbox, sandbox])).toThrow('two connectors for sandbox');
  });
});
