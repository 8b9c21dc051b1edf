import { useEffect, useState, type FormEvent } from 'react';
import { Loading } from '../parts/Notice';
import { endOf, isToken, type Session } from './session';
import { listSamplePeople, type SamplePerson } from './samplePeople';
import './SignIn.css';

const RETRY_MS = 1_000;

/** Asks until the gateway answers: it may be starting. */
function useSamplePeople(): SamplePerson[] | undefined {
  const [people, setPeople] = useState<SamplePerson[]>();
  useEffect(() => {
    const given = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      listSamplePeople(given.signal).then(setPeople, () => {
        if (!given.signal.aborted) timer = setTimeout(ask, RETRY_MS);
      });
    };
    ask();
    return () => {
      given.abort();
      clearTimeout(timer);
    };
  }, []);
  return people;
}

export function SignIn({ reason, onSignIn }: { reason?: string; onSignIn(session: Session): void }) {
  const people = useSamplePeople();
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const bare = token.trim().replace(/^Bearer\s+/i, '');
    const end = endOf(bare);
    if (!isToken(bare)) setFault('This is not a token: it has three parts with dots between them.');
    else if (end !== undefined && end < Date.now()) setFault('This token has ended. Get a new one.');
    else onSignIn({ kind: 'token', token: bare });
  };

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1>Reigh</h1>
        <p className="muted">Pictures and clips, in shots, on a timeline.</p>
        {reason && (
          <p className="sign-in-reason" role="alert">
            {reason}
          </p>
        )}
        {people === undefined && <Loading what="Waiting for the gateway" />}
        {people && people.length > 0 && (
          <section aria-labelledby="sample-people">
            <h2 id="sample-people">Look around as</h2>
            <ul className="sign-in-people">
              {people.map(({ id, name, email }) => (
                <li key={id}>
                  <button type="button" onClick={() => onSignIn({ kind: 'sample', userId: id })}>
                    <span className="avatar" aria-hidden="true">
                      {name.charAt(0)}
                    </span>
                    <span>
                      <strong>{name}</strong>
                      <span className="muted small">{email}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {people && (
          <form onSubmit={submit}>
            <label className="field">
              <span>{people.length > 0 ? 'Or with a token of your own' : 'Your token'}</span>
              <input
                value={token}
                onChange={(event) => setToken(event.target.value)}
                autoComplete="off"
                spellCheck={false}
                aria-invalid={fault !== undefined}
                aria-describedby="token-fault"
                placeholder="eyJhbGciOi…"
              />
            </label>
            <p id="token-fault" className="sign-in-fault small" role="alert">
              {fault}
            </p>
            <button type="submit" className="button primary" disabled={!token.trim()}>
              Sign in
            </button>
          </form>
        )}
      </div>
    </main>
  );
}
