import type { Settings } from '../config';
import { Fault } from '../faults';
import { examine, type Diagnosis } from '../ops/doctor';
import { runCommand, say } from './command';

function readCount(text: unknown): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Fault('--gateways must be a whole number from 1.');
  return count;
}

function print({ well, findings, ok }: Diagnosis, { environment }: Settings): string {
  const lines = [`Reigh Gateway on Node ${process.versions.node}, NODE_ENV ${environment}`, ''];
  for (const { check, said } of well) lines.push(`ok       ${check}: ${said}`);
  for (const { check, gravity, wrong, mend } of findings) {
    lines.push(`${gravity.padEnd(8)} ${check}: ${wrong}`, `         ${mend}`);
  }
  const warnings = findings.filter(({ gravity }) => gravity === 'warning').length;
  const count = findings.length - warnings;
  lines.push(
    '',
    ok ? `All is well, with ${warnings} warning(s).` : `${count} thing(s) wrong, ${warnings} warning(s).`,
  );
  return lines.join('\n');
}

void runCommand(
  'doctor',
  'Checks a deployment with the settings of its gateway, and says what is wrong and what to do. It changes nothing; it exits with 1 when something is wrong.',
  (command) =>
    command
      .option('--json', 'for programs: { ok, well, findings }')
      .option('--gateways <number>', 'how many share the database', '1'),
  async (settings, options) => {
    const diagnosis = await examine(settings, { gateways: readCount(options.gateways) });
    say(options.json ? JSON.stringify(diagnosis, null, 2) : print(diagnosis, settings));
    if (!diagnosis.ok) process.exitCode = 1;
  },
);
