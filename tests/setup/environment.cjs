'use strict';
const asyncHooks = require('node:async_hooks');
const vm = require('node:vm');
const { LegacyFakeTimers, ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Stands for the context that this file runs in, which has no object of its own. */
const HERE = Object.freeze({});

const compile = vm.compileFunction;
vm.compileFunction = (code, parameters, options = {}) =>
  compile(
    code,
    parameters,
    options.parsingContext === HERE ? { ...options, parsingContext: undefined } : options,
  );

const { AsyncLocalStorage } = asyncHooks;

/**
 * Test files run as a program does: in the context of the process, on packages that Node itself loaded, once for all
 * files of a process (`outerPackage.cjs`). In Jest's own environment each file loads every package anew, in a context
 * with another `Error` and `Object`: a second for each of hundreds of files, and things that happen nowhere else.
 * Our own modules are each file's own, as ever.
 */
module.exports = class HereEnvironment {
  constructor({ projectConfig: config }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    const timerConfig = { idToRef: (id) => id, refToId: (ref) => ref };
    this.fakeTimers = new LegacyFakeTimers({
      config,
      global: globalThis,
      moduleMocker: this.moduleMocker,
      timerConfig,
    });
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
    // Jest runs each file's tests in a storage of its own, which Node asks at every promise from then on.
    const storages = (this.storages = []);
    asyncHooks.AsyncLocalStorage = class extends AsyncLocalStorage {
      constructor(...options) {
        super(...options);
        storages.push(this);
      }
    };
    // What Jest or a test file sets is its own.
    this.before = {
      ...{ console, env: { ...process.env }, limit: Error.stackTraceLimit },
      ...{ exit: process.exit, exitCode: process.exitCode, getBuiltinModule: process.getBuiltinModule },
    };
  }

  async setup() {
    globalThis.requireOnce = require;
    Error.stackTraceLimit = 100;
  }

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    for (const storage of this.storages) storage.disable();
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
    const { console, env, limit, ...ofProcess } = this.before;
    // By `jest.setTimeout` and `jest.retryTimes`.
    for (const name of ['TEST_TIMEOUT_SYMBOL', 'RETRY_TIMES']) delete globalThis[Symbol.for(name)];
    delete globalThis.requireOnce;
    globalThis.console = console;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    Object.assign(process, ofProcess);
    Error.stackTraceLimit = limit;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return HERE;
  }
};
