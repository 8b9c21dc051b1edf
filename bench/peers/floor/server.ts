/** The floor: Express, pg, and one statement that gives the answer as text. Nothing that a gateway has beside. */
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import { jwtVerify } from 'jose';
import { escapeLiteral, Pool } from 'pg';
import { STATEMENTS } from './statements';

const { DATABASE, SECRET } = process.env;
const secret = new TextEncoder().encode(SECRET);
const pool = new Pool({ connectionString: DATABASE, max: 20 });

const set = (name: string, value: string) => `set_config('${name}', ${escapeLiteral(value)}, true)`;

async function answer(name: string, text: string, request: Request, response: Response): Promise<void> {
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const { payload } = await jwtVerify(token, secret, { audience: 'authenticated', algorithms: ['HS256'] });
  const client = await pool.connect();
  try {
    await client.query(
      `begin read only; select ${set('role', 'authenticated')}, ${set('request.jwt.claims', JSON.stringify(payload))}, ${set('statement_timeout', '15000')}`,
    );
    const { values } = request.body as { values: unknown[] };
    const { rows } = await client.query<{ answer: string }>({ name, text, values });
    await client.query('commit');
    client.release();
    response.type('json').send(rows[0]?.answer);
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

const app = express().disable('x-powered-by').disable('etag').use(express.json());
for (const [name, text] of Object.entries(STATEMENTS))
  app.post(`/${name}`, (request, response) => answer(name, text, request, response));
const server = app.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
