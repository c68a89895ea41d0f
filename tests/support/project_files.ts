// The files of the project, by their paths in it.

/** The folder of the project. */
export const PROJECT: URL = new URL("../../", import.meta.url);

/** Returns the paths of all files below a folder of the project, which has no slash at its end. */
export function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, PROJECT))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? filesBelow(path) : [path];
  });
}

/** Returns the paths of all programs below a folder of the project, which has no slash at its end. */
export function programsBelow(folder: string): string[] {
  return filesBelow(folder).filter((path) => /\.(ts|js|mjs)$/.test(path));
}
