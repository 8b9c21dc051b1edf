import path from 'node:path';
import { freePort } from './pgbouncer';
import { eventually, startProgram, type RunningProcess } from './process';
import { requireProgram } from './programs';

const CONFIG = path.resolve(__dirname, '../../docs/deploy/haproxy.cfg');

export interface Balancer extends RunningProcess {
  /** `http://host:port`, before both gateways. */
  url: string;
  /** Waits until it sends requests to both. */
  untilBothServe(): Promise<void>;
}

/** A real HAProxy with the file of the documentation, before gateways on these ports. */
export async function startHaproxy(gateways: [number, number]): Promise<Balancer> {
  const program = await requireProgram('haproxy');
  const port = await freePort();
  const [first, second] = gateways;
  const env = {
    BIND: `127.0.0.1:${port}`,
    GATEWAY_1: `127.0.0.1:${first}`,
    GATEWAY_2: `127.0.0.1:${second}`,
  };
  const haproxy = startProgram(program, ['-db', '-f', CONFIG], { env, cwd: '/' });
  const url = `http://127.0.0.1:${port}`;
  const ready = eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
  const ended = haproxy.exit.then(() => Promise.reject(new Error(`HAProxy ended: ${haproxy.stderr()}`)));
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  const isUp = (name: string) => {
    const news = [...haproxy.stderr().matchAll(new RegExp(`Server gateways/${name} is (UP|DOWN)`, 'g'))];
    return (news.at(-1)?.[1] ?? 'UP') === 'UP';
  };
  return {
    ...haproxy,
    url,
    untilBothServe: () => eventually(() => expect(['one', 'two'].map(isUp)).toEqual([true, true])),
  };
}
