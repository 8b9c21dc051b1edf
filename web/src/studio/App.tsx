import { useCallback, useEffect, useMemo, useState } from 'react';
import { GatewayProvider } from '../client/gateway';
import { Boot } from './frame/Boot';
import { Toasts } from './parts/Toasts';
import { connectAs, keepSession, readSession, type Session } from './session/session';
import { SignIn } from './session/SignIn';

interface Signed {
  session?: Session | undefined;
  /** Who was signed in before nobody was, and why he no longer is. */
  left?: Session;
  reason?: string | undefined;
}

export function App() {
  const [{ session, left, reason }, setSigned] = useState<Signed>(() => ({ session: readSession() }));
  useEffect(() => keepSession(session, left), [session, left]);
  // Of a session that is over already, a late answer ends nothing.
  const end = useCallback((ended: Session, why?: string) => {
    setSigned((now) => (now.session === ended ? { left: ended, reason: why } : now));
  }, []);
  const connection = useMemo(() => session && connectAs(session, (why) => end(session, why)), [session, end]);
  if (!session || !connection) {
    return <SignIn {...(reason ? { reason } : {})} onSignIn={(next) => setSigned({ session: next })} />;
  }
  return (
    <GatewayProvider key={connection.clientId} connection={connection}>
      <Toasts>
        <Boot onSignOut={() => end(session)} />
      </Toasts>
    </GatewayProvider>
  );
}
