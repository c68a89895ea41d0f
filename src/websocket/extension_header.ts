// parseExtensions(): reads the header Sec-WebSocket-Extensions.

/** An extension that the client offers. */
export interface ExtensionOffer {
  /** The name, as the client wrote it. */
  name: string;
  /** The parameters in their order. Names may occur more than once. */
  parameters: readonly ExtensionParameter[];
}

/** A parameter of an {@linkcode ExtensionOffer}. */
export interface ExtensionParameter {
  /** The name, as the client wrote it. */
  name: string;
  /** The value without quotes, or `undefined` if the parameter has none. */
  value: string | undefined;
}

/** Longer headers are not read. A browser's header has about 50 characters. */
const MAX_HEADER_LENGTH = 4096;

/** The characters of tokens, apart from letters and digits (RFC 9110, section 5.6.2). */
const TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

/** Whether each ASCII code belongs to a token. */
const IS_TOKEN: readonly boolean[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[A-Za-z0-9]/.test(character) || TOKEN_SYMBOLS.includes(character);
});

/**
 * Returns the offers of the header in their order of preference (RFC 6455, section 9.1), or `undefined` if its syntax
 * is wrong or it is longer than 4096 characters. The values of several headers are joined by commas first.
 *
 * Never throws, and takes linear time.
 */
export function parseExtensions(header: string): ExtensionOffer[] | undefined {
  if (header.length > MAX_HEADER_LENGTH) return undefined;
  const scanner = new Scanner(header);
  const offers: ExtensionOffer[] = [];
  do {
    // Lists may have empty elements.
    if (scanner.isAt(",") || scanner.isAtEnd()) continue;
    const offer = readOffer(scanner);
    if (!offer) return undefined;
    offers.push(offer);
  } while (scanner.skip(","));
  return scanner.isAtEnd() ? offers : undefined;
}

function readOffer(scanner: Scanner): ExtensionOffer | undefined {
  const name = scanner.token();
  if (name === undefined) return undefined;
  const parameters: ExtensionParameter[] = [];
  while (scanner.skip(";")) {
    const parameter = readParameter(scanner);
    if (!parameter) return undefined;
    parameters.push(parameter);
  }
  return { name, parameters };
}

function readParameter(scanner: Scanner): ExtensionParameter | undefined {
  const name = scanner.token();
  if (name === undefined) return undefined;
  if (!scanner.skip("=")) return { name, value: undefined };
  const value = scanner.isAt('"') ? scanner.quotedToken() : scanner.token();
  return value === undefined ? undefined : { name, value };
}

/** A cursor in a header. All methods skip white space first. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  isAt(character: string): boolean {
    this.#skipSpace();
    return this.#text[this.#at] === character;
  }

  /** Skips `character`. Returns whether it was there. */
  skip(character: string): boolean {
    const isThere = this.isAt(character);
    if (isThere) this.#at += 1;
    return isThere;
  }

  /** Reads a token, or returns `undefined` if there is none. */
  token(): string | undefined {
    this.#skipSpace();
    const start = this.#at;
    while (this.#isAtTokenCharacter()) this.#at += 1;
    return this.#at > start ? this.#text.slice(start, this.#at) : undefined;
  }

  /** Reads a token in quotes, in which backslashes escape characters. Returns `undefined` if it is not a token. */
  quotedToken(): string | undefined {
    this.skip('"');
    let token = "";
    while (this.#text[this.#at] !== '"') {
      if (this.#text[this.#at] === "\\") this.#at += 1;
      if (!this.#isAtTokenCharacter()) return undefined;
      token += this.#text[this.#at++];
    }
    this.#at += 1;
    return token === "" ? undefined : token;
  }

  #isAtTokenCharacter(): boolean {
    return IS_TOKEN[this.#text.charCodeAt(this.#at)] === true;
  }

  #skipSpace(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at += 1;
  }
}
