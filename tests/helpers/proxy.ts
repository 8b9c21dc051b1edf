import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `client` is the same in both directions of one connection. */
type Handler = (packet: Buffer, send: (packet: Buffer) => void, client: Socket) => void;

/** One address for a database whose server changes its port, or whose answers are to come in another rhythm. */
export class Proxy {
  target = 0;
  private port = 0;
  /** What becomes of a packet from the server: by default it passes as it is. */
  pass: Handler = (packet, send) => send(packet);
  /** What becomes of one from the client. */
  take: Handler = (packet, send) => send(packet);
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((client) => {
    const upstream = createConnection(this.target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => (this.sockets.delete(from), to.destroy()));
    }
    client.on('data', (packet) => this.take(packet, (passed) => upstream.write(passed), client));
    client.on('end', () => upstream.end());
    upstream.on('data', (packet) => this.pass(packet, (passed) => client.write(passed), client));
    upstream.on('end', () => client.end());
  });

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.port = (this.server.address() as AddressInfo).port);
  }

  /** At the address it had, after it was closed. */
  async listenAgain(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Ends the connections that there are. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
