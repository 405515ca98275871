import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: ['test/support/global-setup.ts'],
    // Files run as two processes: the machines that test this have two cores, and each file has a database of its own.
    pool: 'forks',
    maxWorkers: 2,
    // Real databases, child processes and a browser on two busy cores: a hang still ends the run within minutes.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
});
