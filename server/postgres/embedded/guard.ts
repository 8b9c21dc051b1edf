import { spawn } from 'node:child_process';
import { platform } from 'node:os';

const NODE_GUARD = `
process.stdin.resume();
process.stdin.on('close', () => { try { process.kill(Number(process.argv[1]), 'SIGINT'); } catch {} });
`;

/**
 * Starts a process whose only task is to stop the server when this process dies, however it dies:
 * it waits for the end of a pipe that only we hold, and SIGKILL closes that too.
 * @returns a function that dismisses the guard.
 */
export function guardServer(serverPid: number): () => void {
  const options = { stdio: ['pipe', 'ignore', 'ignore'] as ['pipe', 'ignore', 'ignore'], detached: true };
  const guard =
    platform() === 'win32'
      ? spawn(process.execPath, ['-e', NODE_GUARD, String(serverPid)], options)
      : spawn('/bin/sh', ['-c', 'cat >/dev/null; kill -INT "$0"', String(serverPid)], options);
  guard.unref();
  guard.on('error', () => undefined);
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  return () => {
    guard.kill('SIGKILL');
  };
}
