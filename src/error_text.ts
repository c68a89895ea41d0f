// Error texts: for every kind of value that can be thrown.

/** The maximum number of causes in a text. */
const MAX_CAUSES = 3;

/**
 * Whether a thrown value is an instance of this class. Never throws, although `instanceof` throws for a revoked proxy.
 */
export function isA<T>(error: unknown, errorClass: new (...all: never[]) => T): error is T {
  try {
    return error instanceof errorClass;
  } catch {
    return false;
  }
}

/** Returns the message of an error, or the text of any other value. Never throws. */
export function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "unknown error";
  }
}

/** Returns the first line of {@linkcode textOf}. Never throws. */
export function firstLineOf(error: unknown): string {
  return textOf(error).split("\n")[0]!;
}

/** Returns the message of an error, and the names and messages of its causes. Never throws. */
export function textWithCauses(error: Error): string {
  const texts = [textOf(error)];
  try {
    let { cause } = error;
    while (cause !== undefined && texts.length <= MAX_CAUSES) {
      texts.push(cause instanceof Error ? `${cause.name}: ${textOf(cause)}` : textOf(cause));
      cause = cause instanceof Error ? cause.cause : undefined;
    }
  } catch {
    // A getter of a cause threw. The texts before it are still used.
  }
  return texts.join(", caused by ");
}
