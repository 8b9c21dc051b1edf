import type { DatabaseUrls } from '../postgres/setup';
import { requireUrl } from '../postgres/open';
import { withClient } from '../postgres/setup';
import { SAMPLE_USERS } from './users';

/** Loads the sample data: what is missing of it. */
export async function loadSampleData(urls: DatabaseUrls): Promise<void> {
  await withClient(requireUrl(urls.owner, 'DATABASE_URL'), async (client) => {
    for (const user of SAMPLE_USERS) {
      await client.query(
        'insert into users (id, email, username, name) values ($1,$2,$3,$4) on conflict do nothing',
        [user.id, user.email, user.username, user.name],
      );
    }
  });
}
