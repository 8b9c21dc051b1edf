import { readRights, type Policy, type Rights } from '../postgres/rights';
import type { Table } from '../postgres/tables';
import { say } from './command';
import { runTablesCommand } from './tables';
import { visible } from './text';

/** A rule may be written over several lines. */
const indent = (word: string, rule: string) =>
  `      ${word} ${rule}`.split('\n').map((line, place) => visible(place === 0 ? line : `        ${line}`));

function linesOfPolicy({ name, isPermissive, verb, roles, using, check }: Policy): string[] {
  return [
    visible(`    ${name}: ${isPermissive ? '' : 'RESTRICTIVE '}${verb} to ${roles.join(', ')}`),
    ...(using === null ? [] : indent('using', using)),
    ...(check === null ? [] : indent('check', check)),
  ];
}

function stateOf({ isView }: Table, { isOn, isForced, isInvoker }: Rights): string {
  if (isView)
    return isInvoker ? 'a view: with the rights of whoever reads it' : 'a view: with the rights of its OWNER';
  if (!isOn) return 'row-level security is OFF: whoever has a grant reaches every row';
  return `row-level security is on${isForced ? ', for the owner too' : ''}`;
}

function linesOf(table: Table, rights: Rights): string[] {
  const grants = rights.grants.map(({ role, verbs }) => visible(`    ${role}: ${verbs.join(', ')}`));
  return [
    visible(table.name),
    `  ${stateOf(table, rights)}`,
    ...(rights.policies.length > 0 ? ['  policies', ...rights.policies.flatMap(linesOfPolicy)] : []),
    ...(rights.isOn && rights.policies.length === 0
      ? ['  no policies: nobody but the owner sees a row']
      : []),
    ...(grants.length > 0 ? ['  grants', ...grants] : ['  no grants: nobody but the owner comes here']),
    '',
  ];
}

runTablesCommand(
  'db:policies',
  'Shows for each table whether row-level security is on, its policies with their rules, and its grants.',
  async (client, tables) => {
    for (const table of tables) linesOf(table, await readRights(client, table.oid)).forEach(say);
  },
);
