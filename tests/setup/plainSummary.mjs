/* global process */
/** Ends a run with one plain line that any CI can read. Plain JavaScript: jest loads reporters untransformed. */
export default class PlainSummary {
  onRunComplete(_contexts, results) {
    const broken = results.testResults.filter((file) => file.testExecError).length;
    process.stdout.write(`${results.numPassedTests} passed, ${results.numFailedTests + broken} failed\n`);
  }
}
