import type { ServerResponse } from 'node:http';
import { callerName } from '../../auth/callerName';
import type { IdentifiedRequest } from '../../graphql/http';
import { StorageError } from '../errors';
import { decodePath } from '../names';
import type { Asked, StorageParts } from './context';
import { identify, type Identifying } from './identify';
import { watchLeaving } from './leaving';
import { answerRefusal } from './refusals';
import { routeOf } from './routes';
import { isResumable } from './uploadRoutes';
import { refuseVersion } from './versions';

export interface StorageRouterOptions extends Identifying {
  /** Looked up when they are used: the database opens after the server. */
  parts: () => StorageParts;
}

/** Answers what is below /storage/v1, as Supabase Storage would. `request.url` is without that. */
export function createStorageRouter(options: StorageRouterOptions) {
  return async (request: IdentifiedRequest, response: ServerResponse): Promise<void> => {
    const leaving = watchLeaving(request, response);
    try {
      if (isResumable(request)) {
        await options.parts().resumable.answer(request, response);
        return;
      }
      const { pathname, query } = readUrl(request.url ?? '/');
      const route = routeOf(request.method ?? 'GET', pathname);
      refuseVersion(query.versionId);
      const claims = await identify(options, request, route.access);
      request.facts.role = claims.role;
      const asked: Asked = {
        ...options.parts(),
        ...{ request, response, query, signal: leaving.signal },
        caller: { claims, requestId: request.requestId },
        callerName: callerName(claims, options.addressOf(request)),
      };
      await route.answer(asked);
    } catch (error) {
      answerRefusal(request, response, error, leaving.signal.aborted);
    } finally {
      leaving.ended();
    }
  };
}

function readUrl(url: string): { pathname: string; query: Record<string, string | undefined> } {
  const [path = '', search = ''] = url.split(/\?(.*)/s);
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) query[name] ??= value;
  if (!path.startsWith('/')) throw new StorageError('InvalidRequest', 'There is nothing at this address.');
  return { pathname: decodePath(path.slice(1)), query };
}
