// The pictures that "deno task screenshots" makes.

/** A picture of a terminal on which these commands have run. */
export interface TerminalPicture {
  /** Its file in `docs/pictures`. */
  readonly file: string;
  /** The arguments of `foxglove-ws` for each command. */
  readonly commands: readonly (readonly string[])[];
}

/** The status page of the demo robot. */
export const PAGE_PICTURE = "status_page.png";

/** Terminals of 80 columns, with the demo robot as server. */
export const TERMINAL_PICTURES: readonly TerminalPicture[] = [
  {
    file: "cli.png",
    commands: [["topics"], ["echo", "/battery", "--count", "2"], ["hz", "/battery", "/scan", "/tf", "--seconds", "3"]],
  },
  { file: "cli_info.png", commands: [["info"]] },
  { file: "cli_doctor.png", commands: [["doctor"]] },
];

/** The files in `docs/pictures` that the task owns. */
export const OWN_PICTURES: readonly string[] = [PAGE_PICTURE, ...TERMINAL_PICTURES.map(({ file }) => file)];
