import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testEnvironment: '<rootDir>/tests/setup/environment.cjs',
  transform: {
    '/node_modules/.+\\.[cm]?js$': '<rootDir>/tests/setup/outerPackage.cjs',
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [],
  globalSetup: '<rootDir>/tests/setup/startPostgres.ts',
  globalTeardown: '<rootDir>/tests/setup/stopPostgres.ts',
  reporters: ['default', '<rootDir>/tests/setup/plainSummary.mjs'],
  testTimeout: 60_000,
  // One more than there are cores: files wait for servers and timers, and a core idled a fifth of the time.
  maxWorkers: availableParallelism() + 1,
  workerIdleMemoryLimit: '1GB',
};
