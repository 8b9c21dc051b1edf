import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { drawChart } from './chart';
import type { Row } from './scenario';
import { writeTable } from './table';

export interface Report {
  /** When it began. */
  at: Date;
  quick: boolean;
  /** Names of the scenarios, when not all were run. */
  only: string[];
  minutes: number;
  rows: Row[];
}

const FOLDER = path.resolve(__dirname, '../results');

const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;

/** Writes a run down: all of it as JSON, a table and a picture for people. Returns the table. */
export async function writeReport({ at, quick, only, minutes, rows }: Report): Promise<string> {
  const day = at.toISOString().slice(0, 10);
  const name = [day, ...(quick ? ['quick'] : []), ...(only.length > 0 ? ['only', ...only] : [])]
    .join('-')
    .replace(/[^\w-]+/g, '_');
  const title = `Reigh Gateway, ${quick ? 'quick ' : ''}bench of ${at.toISOString().slice(0, 16)}Z`;
  const table = writeTable(rows);
  const about = `${machine()}; ${minutes.toFixed(1)} minutes. How to read it: [README](../README.md).`;
  await mkdir(FOLDER, { recursive: true });
  const content = { at, quick, minutes, machine: machine(), rows };
  await writeFile(path.join(FOLDER, `${name}.json`), `${JSON.stringify(content, null, 1)}\n`);
  await writeFile(path.join(FOLDER, `${name}.svg`), drawChart(rows, title));
  await writeFile(
    path.join(FOLDER, `${name}.md`),
    `# ${title}\n\n${about}\n\n![The same as a picture](${name}.svg)\n\n${table}\n`,
  );
  return table;
}
