import { useCallback, useMemo, useState } from 'react';
import { GatewayProvider } from '../client/gateway';
import { Boot } from './frame/Boot';
import { Toasts } from './parts/Toasts';
import { connectAs, keepSession, readSession, type Session } from './session/session';
import { SignIn } from './session/SignIn';

export function App() {
  const [session, setSession] = useState<Session | undefined>(readSession);
  const [reason, setReason] = useState<string>();
  const change = useCallback((next: Session | undefined, why?: string) => {
    keepSession(next);
    setSession(next);
    setReason(why);
  }, []);
  const connection = useMemo(
    () => session && connectAs(session, (why) => change(undefined, why)),
    [session, change],
  );
  if (!connection) return <SignIn {...(reason ? { reason } : {})} onSignIn={change} />;
  return (
    <GatewayProvider key={connection.clientId} connection={connection}>
      <Toasts>
        <Boot onSignOut={() => change(undefined)} />
      </Toasts>
    </GatewayProvider>
  );
}
