// The installation of Autobahn from PyPI, in the ignored folder `.peers/autobahn`.

import { exists, folder, run } from "../../tools/peers.ts";

/** The version whose cases `GROUPS` counts. */
export const AUTOBAHN_VERSION = "25.10.1";
/** The last version of virtualenv that runs with Python 2.7. */
const VIRTUALENV_VERSION = "20.15.1";

const HOME = folder("autobahn");
/** The virtual environment. */
const VENV = `${HOME}/python`;
/** The interpreter of the virtual environment. */
export const PYTHON2: string = `${VENV}/bin/python`;
/** The Python program of Autobahn that runs its cases. */
export const WSTEST: string = `${VENV}/bin/wstest`;
/** Where the reports of runs are. Each run replaces those before it. */
export const REPORTS: string = `${HOME}/reports`;
/** Contains the installed version, after the installation has succeeded. */
const MARKER = `${HOME}/installed`;

/** An interpreter, and the variables with which it starts. */
interface Interpreter {
  program: string;
  env: Record<string, string>;
}

/** Python 2.7, which Autobahn needs, is not installed. */
export class MissingPythonError extends Error {
  override readonly name: string = "MissingPythonError";

  constructor() {
    super("Cannot run Autobahn: it requires Python 2.7 with pip, which is not installed");
  }
}

/** Whether {@linkcode installAutobahn} has nothing to do. */
export function isAutobahnInstalled(): boolean {
  return exists(MARKER) && Deno.readTextFileSync(MARKER) === AUTOBAHN_VERSION;
}

/**
 * Installs Autobahn, unless it is installed. Changes nothing outside its folder.
 *
 * @throws {MissingPythonError} If Python 2.7 with pip is not installed.
 * @throws {Error} If pip cannot install a package.
 */
export async function installAutobahn(): Promise<void> {
  if (isAutobahnInstalled()) return;
  const { program, env } = await findPython2();
  const bootstrap = `${HOME}/virtualenv`;
  await Deno.mkdir(HOME, { recursive: true });
  // Shows only errors: otherwise pip warns that Python 2.7 is old.
  const install = ["-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"];
  await run(program, [...install, "--upgrade", "--target", bootstrap, `virtualenv==${VIRTUALENV_VERSION}`], env);
  await run(program, ["-m", "virtualenv", "--quiet", VENV], { ...env, PYTHONPATH: bootstrap });
  await run(PYTHON2, [...install, `autobahntestsuite==${AUTOBAHN_VERSION}`]);
  await Deno.writeTextFile(MARKER, AUTOBAHN_VERSION);
}

async function findPython2(): Promise<Interpreter> {
  // The programs of pyenv fail unless a version is selected.
  const selected = (await pyenvVersions()).map((PYENV_VERSION) => ({ program: "python2", env: { PYENV_VERSION } }));
  for (const { program, env } of [{ program: "python2.7", env: {} }, { program: "python2", env: {} }, ...selected]) {
    const check = "import sys, pip; sys.stdout.write('%d.%d' % sys.version_info[:2])";
    if (await outputOf(program, ["-c", check], env) === "2.7") return { program, env };
  }
  throw new MissingPythonError();
}

async function pyenvVersions(): Promise<string[]> {
  const versions = await outputOf("pyenv", ["versions", "--bare"], {});
  return versions?.split("\n").filter((version) => version.startsWith("2.7.")) ?? [];
}

/** Returns what a program prints, or `undefined` if it does not exist or fails. */
async function outputOf(program: string, args: string[], env: Record<string, string>): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, env, stdin: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
