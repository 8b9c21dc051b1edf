import { GatewayError } from '../../client/errors';

/** Somebody of the sample data, who may be tried without a password: on the gateway's own machine, in development. */
export interface SamplePerson {
  id: string;
  name: string;
  email: string;
}

/** Empty where the gateway has none to offer. */
export async function listSamplePeople(signal?: AbortSignal): Promise<SamplePerson[]> {
  const response = await fetch('/studio/people', signal ? { signal } : {});
  if (response.status === 503) throw new GatewayError('The gateway is starting.', 'UNAVAILABLE', true, 503);
  if (!response.ok) return [];
  return ((await response.json()) as { people: SamplePerson[] }).people;
}

const PATIENCE_MS = 10_000;

/** @throws GatewayError */
export async function fetchSampleToken(id: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`/studio/people/${encodeURIComponent(id)}/token`, {
      method: 'POST',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new GatewayError('The gateway cannot be reached.', 'UNREACHABLE', true);
  }
  if (!response.ok) {
    const isRetryable = response.status >= 500;
    throw new GatewayError(
      'This sample user cannot sign in here.',
      'UNAUTHENTICATED',
      isRetryable,
      response.status,
    );
  }
  return ((await response.json()) as { token: string }).token;
}
