/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // jose is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  globalSetup: '<rootDir>/tests/setup/startPostgres.ts',
  globalTeardown: '<rootDir>/tests/setup/stopPostgres.ts',
  reporters: ['default', '<rootDir>/tests/setup/plainSummary.mjs'],
  testTimeout: 60_000,
};
