import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT } from './process';

export interface Page {
  /** The code behind the comment `<!-- label -->`, with what stands in capitals there replaced. */
  code(label: string, values?: Record<string, string>): string;
  /** Labels that were not asked for, and languages of blocks that have no label: what no test has run. */
  unused(): string[];
}

const BLOCK = /(?:<!-- ([\w-]+) -->\n+)?^```(\w*)\n([\s\S]*?)^```$/gm;

/** The code blocks of a page, to be run as they are written there. */
export async function readPage(file: string): Promise<Page> {
  const text = await readFile(path.join(PROJECT, file), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map(([, label, language, code = '']) => ({
    label,
    language,
    code,
    isUsed: false,
  }));
  return {
    code: (label, values = {}) => {
      const found = blocks.filter((block) => block.label === label);
      if (found.length !== 1) throw new Error(`${file} has ${found.length} blocks called ${label}.`);
      found[0]!.isUsed = true;
      return Object.entries(values).reduce((code, [name, value]) => {
        if (!code.includes(name)) throw new Error(`${file}: ${name} does not stand in ${label}.`);
        return code.replaceAll(name, value);
      }, found[0]!.code);
    },
    unused: () =>
      blocks
        .filter(({ isUsed, language }) => !isUsed && language !== 'text')
        .map(({ label, language }) => label ?? `a block of ${language || 'code'}`),
  };
}
