import { connect, type Socket } from 'node:net';
import { alice, authorizationOf, bob, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { atTheEnd, eventually } from '../helpers/process';

// What is sent slowly, and what goes on being sent after it was refused: over the whole gateway, on real connections.

const DEADLINE_MS = 400;

let database: TestDatabase;
let gateway: TestGateway;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const user of [alice, bob]) await builders(database).account(user);
  await database.query(service, `update storage.buckets set file_size_limit = 1000000 where id = 'public'`);
  gateway = await startTestGateway(database, {
    REQUEST_TIMEOUT_MS: String(DEADLINE_MS),
    RATE_READS_MAX: '20',
    RATE_ANON_MAX: '15',
  });
});
atTheEnd(async () => {
  await gateway.stop();
  await database.drop();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Connection {
  socket: Socket;
  said(): string;
  isClosed(): boolean;
}

async function open(lines: string[]): Promise<Connection> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let [said, closed] = ['', false];
  socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return { socket, said: () => said, isClosed: () => closed };
}

const headOf = async (path: string, headers: string[], method = 'PUT') => [
  `${method} /storage/v1${path} HTTP/1.1`,
  'host: gateway.example',
  `authorization: ${await authorizationOf(alice)}`,
  ...headers,
];

test('an upload may take many deadlines, as long as its bytes come', async () => {
  const path = `/object/public/${alice.id}/slow.txt`;
  const size = 400_000;
  const { socket, said } = await open(
    await headOf(path, ['content-type: text/plain', `content-length: ${size}`]),
  );
  const begun = performance.now();
  // Ten times what is asked for, and so over ten deadlines and more.
  for (let sent = 0; sent < size; sent += 4_000) {
    socket.write(Buffer.alloc(4_000, 'slowly '));
    await pause(45);
  }
  expect(performance.now() - begun).toBeGreaterThan(5 * DEADLINE_MS);
  await eventually(async () => expect(said()).toMatch(/^HTTP\/1\.1 200 OK/));
  socket.destroy();
});

test('so may one in pieces', async () => {
  const metadata = [
    'bucketName',
    'public',
    'objectName',
    `${alice.id}/pieces.txt`,
    'contentType',
    'text/plain',
  ];
  const said = [];
  for (let index = 0; index < metadata.length; index += 2)
    said.push(`${metadata[index]} ${Buffer.from(metadata[index + 1]!).toString('base64')}`);
  const headers = { authorization: (await authorizationOf(alice))!, 'tus-resumable': '1.0.0' };
  const begun = await fetch(`${gateway.url}/storage/v1/upload/resumable`, {
    method: 'POST',
    headers: { ...headers, 'upload-length': '120000', 'upload-metadata': said.join(',') },
  });
  expect(begun.status).toBe(201);
  const { pathname } = new URL(begun.headers.get('location')!, gateway.url);
  const piece = await open(
    await headOf(
      pathname.replace('/storage/v1', ''),
      [
        ...['tus-resumable: 1.0.0', 'upload-offset: 0', 'content-type: application/offset+octet-stream'],
        'content-length: 120000',
      ],
      'PATCH',
    ),
  );
  for (let sent = 0; sent < 120_000; sent += 4_000) {
    piece.socket.write(Buffer.alloc(4_000, 'piece by piece '));
    await pause(45);
  }
  await eventually(async () => expect(piece.said()).toMatch(/^HTTP\/1\.1 204 /));
  piece.socket.destroy();
});

test('one that hardly comes is ended, and so is any other request', async () => {
  for (const path of [`/object/public/${alice.id}/never.txt`, '/object/list/public']) {
    const slow = await open(
      await headOf(path, ['content-type: text/plain', 'content-length: 1000000'], 'POST'),
    );
    slow.socket.write('a few bytes');
    await eventually(async () => expect(slow.isClosed()).toBe(true));
    expect(slow.said()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  }
});

test('who goes on sending what was refused reads why, and is cut off', async () => {
  const large = await open(
    await headOf(`/object/public/${alice.id}/large.txt`, [
      ...['content-type: text/plain', 'transfer-encoding: chunked'],
    ]),
  );
  const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
  let sent = 0;
  await eventually(async () => {
    // As fast as it is read: what stays unread on its side would stop this.
    while (!large.isClosed() && large.socket.writableLength < 1_000_000 && sent < 50_000_000) {
      large.socket.write(chunk);
      sent += chunk.length;
    }
    expect(large.said()).toMatch(/^HTTP\/1\.1 413 /);
  });
  expect(large.said()).toContain('EntityTooLarge');
  await eventually(async () => {
    if (!large.isClosed()) large.socket.write(chunk);
    expect(large.isClosed()).toBe(true);
  });
  expect(await database.asOwner(`select name from storage.objects where name like '%large.txt'`)).toEqual([]);
}, 30_000);

test('guesses at uploads by token are counted as guesses, wherever they come from', async () => {
  const statuses = new Set<number>();
  for (let guess = 0; guess < 30; guess++) {
    const { status } = await fetch(`${gateway.url}/storage/v1/upload/resumable/sign/AAAAAAAAAAAAAAAAAAAAAA`, {
      method: 'HEAD',
      headers: { 'tus-resumable': '1.0.0', 'x-signature': 'a.b.c' },
    });
    statuses.add(status);
  }
  expect(statuses).toEqual(new Set([400, 429]));
});
