import { Agent, request } from 'node:http';

/** What is asked over HTTP, ready to be sent. */
export interface Ask {
  url: string;
  authorization: string;
  body: string;
}

export interface Load {
  perSecond: number;
  /** How long each answer took, in ms. */
  latencies: number[];
}

/** Reads the whole answer. @throws when it is not 200, or an error of GraphQL */
export function ask({ url, authorization, body }: Ask, agent?: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent,
        method: 'POST',
        headers: {
          authorization,
          accept: 'application/json',
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const answer = Buffer.concat(chunks);
          // A part that failed stands at the front of an answer, or at its end.
          const isWrong = response.statusCode !== 200 || answer.subarray(0, 9).toString() === '{"errors"';
          if (!isWrong) resolve(answer);
          else reject(new Error(`${url} answered ${response.statusCode} ${answer.toString().slice(0, 500)}`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Asks in turn, on so many connections at once, for so long. */
export async function load(asks: readonly Ask[], connections: number, forMs: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const begun = performance.now();
  let turn = 0;
  const connection = async () => {
    for (let at = performance.now(); at - begun < forMs;) {
      await ask(asks[turn++ % asks.length] as Ask, agent);
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
    return { perSecond: (latencies.length / (performance.now() - begun)) * 1000, latencies };
  } finally {
    agent.destroy();
  }
}
