import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Published as ES modules only, and what they stand on.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|@tus|srvx|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit)/)',
  ],
  globalSetup: '<rootDir>/tests/setup/startPostgres.ts',
  globalTeardown: '<rootDir>/tests/setup/stopPostgres.ts',
  reporters: ['default', '<rootDir>/tests/setup/plainSummary.mjs'],
  testTimeout: 60_000,
  // Jest leaves one core to itself: of two that is half, and all files in one process, whose memory grows with each.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
};
