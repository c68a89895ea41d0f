// The text of an error, whatever was thrown.

/** How many causes are named. */
const MAX_CAUSES = 3;

/** Whether something that was thrown is of this class. Never throws, as `instanceof` does for a proxy that was revoked. */
export function isA<T>(error: unknown, errorClass: new (...all: never[]) => T): error is T {
  try {
    return error instanceof errorClass;
  } catch {
    return false;
  }
}

/** The message of an error, or the text of any other value. Never throws, whatever a hook has thrown. */
export function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "unknown error";
  }
}

/** The message of an error, and those of its causes with their names. Never throws. */
export function textWithCauses(error: Error): string {
  const texts = [textOf(error)];
  try {
    let { cause } = error;
    while (cause !== undefined && texts.length <= MAX_CAUSES) {
      texts.push(cause instanceof Error ? `${cause.name}: ${textOf(cause)}` : textOf(cause));
      cause = cause instanceof Error ? cause.cause : undefined;
    }
  } catch {
    // A getter of a cause failed: the texts before it are known.
  }
  return texts.join(", caused by ");
}
