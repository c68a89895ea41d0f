// Failure: what ends a command with one line on stderr.

/** A failure that a command reports in one line. The line says what the user can do. */
export class Failure extends Error {
  /** The exit code of the program. */
  readonly exitCode: number;
  /** Whether the command line is wrong, so that its help is useful. */
  readonly isUsage: boolean;

  constructor(
    message: string,
    { exitCode = 1, isUsage = false, cause }: { exitCode?: number; isUsage?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.isUsage = isUsage;
  }
}

/** Returns the failure of a command line that is not valid. */
export function usageError(message: string): Failure {
  return new Failure(message, { exitCode: 2, isUsage: true });
}
