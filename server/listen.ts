import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Settings } from './config';
import { codeOf, Fault } from './faults';

/** Takes the port. @throws Fault in words when it cannot be had */
export async function listen(server: Server, { host, port }: Pick<Settings, 'host' | 'port'>): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') {
      throw new Fault(`Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another one.`);
    }
    if (codeOf(error) === 'EACCES')
      throw new Fault(`Port ${port} is not for ordinary users. Set PORT to 1024 or above.`);
    if (codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'ENOTFOUND') {
      throw new Fault(`HOST ${host} is no address of this machine.`);
    }
    throw error;
  }
}

/** Looks whether the port can be had, before anything is begun that would have to be undone. @throws Fault */
export async function tryPort(place: Pick<Settings, 'host' | 'port'>): Promise<void> {
  const probe = createServer((connection) => connection.destroy());
  await listen(probe, place);
  await new Promise((resolve) => probe.close(resolve));
}

/** `http://host:port` as it can be reached from here. */
export function urlOf(server: Server, { host }: Pick<Settings, 'host'>): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
