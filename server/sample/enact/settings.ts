import { runOver, type Enactment } from './enactment';

interface Configured {
  id: string;
  settings: Record<string, unknown>;
}

/** Sets every tool that these rows say something of, each by its own patch as the tools do. */
export async function patchSettings(
  enactment: Enactment,
  scope: 'user' | 'project' | 'shot',
  rows: readonly Configured[],
): Promise<void> {
  await runOver(
    enactment,
    `select public.patch_settings('${scope}', given.id, given.tool, given.patch)
     from jsonb_to_recordset($1) as given (id uuid, tool text, patch jsonb)`,
    rows.flatMap(({ id, settings }) =>
      Object.entries(settings).map(([tool, patch]) => ({ id, tool, patch })),
    ),
  );
}
