// Certificates: checks that a certificate and a key are valid and belong together.

/** The part of `node:crypto` that is used. */
export interface CertificateModule {
  /** Reads a private key. Throws if the text is not a key in PEM. */
  createPrivateKey(pem: string): object;
  /** Reads the first certificate of a text. Throws if there is none. */
  X509Certificate: new (pem: string) => { checkPrivateKey(key: object): boolean };
}

/** A certificate chain and its private key, both in PEM. */
export interface CertificatePair {
  /** The certificate chain. The server's own certificate comes first. */
  readonly cert: string;
  /** The private key. */
  readonly key: string;
}

/**
 * Throws if a pair cannot be used. The servers of Deno and Bun accept any text, and then reject all clients.
 *
 * @param cannot The beginning of the error's text.
 * @throws {TypeError} If the certificate or the key is not valid, or if they do not belong together.
 */
export function checkPair(crypto: CertificateModule, { cert, key }: CertificatePair, cannot: string): void {
  const certificate = read("the certificate", () => new crypto.X509Certificate(cert));
  const privateKey = read("the key", () => crypto.createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TypeError(`${cannot}: the key does not belong to the certificate`);
  }

  function read<T>(what: string, parse: () => T): T {
    try {
      return parse();
    } catch (cause) {
      throw new TypeError(`${cannot}: ${what} is not valid PEM`, { cause });
    }
  }
}
