// The files of a folder, by their paths in it.

/** Returns the paths of all files below a folder, or the path itself if it is a file. */
export function listFiles(folder: string, path = ""): string[] {
  const absolute = path === "" ? folder : `${folder}/${path}`;
  if (Deno.statSync(absolute).isFile) return [path];
  return [...Deno.readDirSync(absolute)].filter(({ name }) => !name.startsWith("."))
    .flatMap(({ name }) => listFiles(folder, path === "" ? name : `${path}/${name}`));
}
