import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createLogger } from '../../server/log';
import { createMetrics } from '../../server/ops/metrics/metrics';

const PROJECT = path.resolve(__dirname, '../..');
const read = (file: string) => readFile(path.join(PROJECT, file), 'utf8');
const metrics = createMetrics(createLogger({ logLevel: 'silent' })).described();
const NAME = /\b(?:reigh|process|nodejs)_[a-z0-9_]+/g;

/** What a histogram is asked for is not its name. */
const nameOf = (used: string) => (metrics.has(used) ? used : used.replace(/_(bucket|sum|count)$/, ''));
const namesIn = (text: string) => [...new Set([...text.matchAll(NAME)].map(([used]) => nameOf(used)))];
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    // A | within a cell is written \|.
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
const sectionOf = (page: string, title: string) =>
  page.split(/^## /m).find((part) => part.startsWith(title)) ?? '';

describe('docs/operations.md', () => {
  test('names every metric and no other, each of ours with its labels', async () => {
    const page = await read('docs/operations.md');
    const section = sectionOf(page, 'Metrics');
    expect(namesIn(section).sort()).toEqual([...metrics.keys()].sort());
    expect(namesIn(page).filter((name) => !metrics.has(name))).toEqual([]);
    const told = new Map(
      rowsOf(section)
        .filter((row) => /^`reigh_/.test(row[1] ?? ''))
        .map((row) => [
          row[1]!.slice(1, -1),
          [...(row[2] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1]),
        ]),
    );
    const ours = [...metrics].filter(([name]) => name.startsWith('reigh_'));
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(ours));
  });

  test('tells what to do about each symptom, in PromQL whose labels exist', async () => {
    const rows = rowsOf(sectionOf(await read('docs/operations.md'), 'When it goes bad')).slice(1);
    expect(rows.length).toBeGreaterThan(15);
    for (const [, symptom = '', cause, todo] of rows) {
      expect([symptom, cause === '', todo === '']).toEqual([symptom, false, false]);
      for (const [, name = '', labels = ''] of symptom.matchAll(/((?:reigh|process|nodejs)_\w+)\{([^}]*)\}/g))
        for (const [, label] of labels.matchAll(/(\w+)(?:=|!)/g))
          expect(metrics.get(nameOf(name))).toContain(label);
    }
  });

  test('names every line that warns, and only lines that there are', async () => {
    const files = (await readdir(path.join(PROJECT, 'server'), { recursive: true })).filter((file) =>
      // The commands that people run by hand write for them.
      /^(?!cli|worker|watch|sample).*\.ts$/.test(file),
    );
    const source = (await Promise.all(files.map((file) => read(path.join('server', file))))).join('\n');
    const page = await read('docs/operations.md');
    const warned = [
      ...source.matchAll(/\b(?:log|logger)\s*\.(?:warn|error|fatal)\(\s*(?:\{[^}]*\},\s*)?'([^']+)'/g),
    ].map((match) => match[1]!.split(':')[0]!);
    expect(warned.length).toBeGreaterThan(8);
    expect(warned.filter((words) => !page.includes(`\`${words}\``))).toEqual([]);
    const told = rowsOf(sectionOf(page, 'Log lines'))
      .map((row) => /^`([^`]+)`$/.exec(row[1] ?? '')?.[1])
      .filter((words): words is string => words !== undefined && words !== 'msg');
    expect(told.length).toBeGreaterThan(15);
    expect(told.filter((words) => !source.includes(`'${words}`))).toEqual([]);
  });
});

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; refId: string }[];
}

describe('docs/operations/grafana.json', () => {
  const load = async () =>
    JSON.parse(await read('docs/operations/grafana.json')) as {
      uid: string;
      schemaVersion: number;
      panels: Panel[];
      templating: { list: { name: string; query: unknown }[] };
    };

  test('asks for metrics that there are, by labels that they have, and shows all of ours', async () => {
    const { panels, templating } = await load();
    const expressions = panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);
    expect(expressions.length).toBeGreaterThan(40);
    for (const expr of expressions) {
      const names = namesIn(expr);
      expect([expr, names.filter((name) => !metrics.has(name))]).toEqual([expr, []]);
      expect(names.length).toBeGreaterThan(0);
      // What Prometheus adds, and a histogram has.
      const known = new Set(['instance', 'job', 'le', ...names.flatMap((name) => metrics.get(name) ?? [])]);
      const used = [
        ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) =>
          list!.split(',').map((label) => label.trim()),
        ),
        ...[...expr.matchAll(/(\w+)=~?"/g)].map((match) => match[1]!),
      ];
      expect([expr, used.filter((label) => !known.has(label))]).toEqual([expr, []]);
      const depth = [...expr].reduce((open, one) => open + (one === '(' ? 1 : one === ')' ? -1 : 0), 0);
      expect([expr, depth]).toEqual([expr, 0]);
      for (const [, variable] of expr.matchAll(/\$(\w+)/g))
        expect(['__rate_interval', ...templating.list.map(({ name }) => name)]).toContain(variable);
    }
    const shown = new Set(expressions.flatMap(namesIn));
    expect([...metrics.keys()].filter((name) => name.startsWith('reigh_') && !shown.has(name))).toEqual([]);
  });

  test('is one that imports: panels with ids of their own, that do not lie on each other', async () => {
    const { panels, uid, schemaVersion } = await load();
    expect([uid, schemaVersion]).toEqual(['reigh-gateway', 39]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { type, targets, gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      if (type !== 'row') expect(new Set(targets!.map(({ refId }) => refId)).size).toBe(targets!.length);
    }
  });
});
