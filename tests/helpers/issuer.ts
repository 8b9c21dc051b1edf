import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

interface IssuerKey {
  kid: string;
  alg: 'RS256' | 'ES256';
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: JWK;
}

/** An issuer of tokens with a JWKS on a real socket, whose keys can be changed while it runs. */
export class Issuer {
  private keys: IssuerKey[] = [];
  private readonly server: Server;
  /** How often the JWKS was read. */
  reads = 0;
  /** Instead of its keys. */
  answer: ((response: ServerResponse) => void) | undefined;

  private constructor() {
    this.server = createServer((_request, response) => {
      this.reads += 1;
      if (this.answer) return this.answer(response);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: this.keys.map((key) => key.jwk) }));
    });
  }

  static async start(port = 0): Promise<Issuer> {
    const issuer = new Issuer();
    await new Promise<void>((resolve) => issuer.server.listen(port, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks.json`;
  }

  async addKey(kid: string, alg: IssuerKey['alg'] = 'RS256'): Promise<IssuerKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const key = {
      kid,
      alg,
      privateKey,
      publicKey,
      jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    };
    this.keys.push(key);
    return key;
  }

  removeKey(kid: string): void {
    this.keys = this.keys.filter((key) => key.kid !== kid);
  }

  static publicPem(key: IssuerKey): Promise<string> {
    return exportSPKI(key.publicKey);
  }

  static sign(key: IssuerKey, claims: Record<string, unknown>): Promise<string> {
    return new SignJWT({ aud: 'authenticated', ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .setExpirationTime('5m')
      .sign(key.privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
