// play: serves MCAP files as if they were live.

import type { McapPlayer } from "../../mcap/mod.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import { LISTEN_OPTIONS, LISTEN_PERMISSIONS, listenAddress, startAndAnnounce } from "../announcement.ts";
import { type Command, defineCommand } from "../command.ts";
import { Failure, usageError } from "../failure.ts";
import { textOf } from "../../error_text.ts";
import { explainUnreadable } from "../mcap/open_recording.ts";
import { LATCH_OPTION, latchedTopics } from "../latch_option.ts";
import { hasKeyboard, KEYS_LINE, type PlayKey, playKeys } from "../mcap/play_keys.ts";
import { progressLine, stateLine } from "../mcap/play_progress.ts";
import { SELECTION_OPTIONS, selectionOf } from "../mcap/selection.ts";
import type { Output } from "../output.ts";

/** How often the bar moves, in ms. */
const REFRESH_MS = 100;
/** How far the arrow keys seek, in ns. */
const STEP_NS = 5_000_000_000n;
/** The speeds that the keys select. */
const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** Serves MCAP files. */
export const play: Command = defineCommand({
  name: "play",
  summary: "serve MCAP files to apps, as if the robot were live",
  about:
    "Plays several files as one, by their log times. Apps can pause, seek and change the speed. On a terminal, keys " +
    "do the same. It serves until Ctrl-C, also after the end, so that apps can seek back. --json prints the address, " +
    "then {status, currentTime, speed} for each change. --allow-sys is needed only to print the addresses of the machine.",
  operands: { usage: "FILE…", min: 1, max: Infinity },
  options: {
    ...LISTEN_OPTIONS,
    rate: { type: "number", short: "r", help: "the speed; 2 is twice as fast (default: 1)" },
    loop: { type: "flag", short: "l", help: "begin again at the end" },
    paused: { type: "flag", help: "wait until an app or the space key plays" },
    latch: LATCH_OPTION,
    ...SELECTION_OPTIONS,
  },
  hasServer: false,
  examples: [
    ["play drive.mcap", "serves the file on ws://localhost:8765"],
    ["play drive_*.mcap --loop --rate 2", "plays several files again and again, twice as fast"],
    ["play drive.mcap --start 60 --end 90", "plays half a minute"],
    ["play drive.mcap --topic /odom,/camera/* --paused", "plays some topics when an app begins"],
  ],
  permissions: [...LISTEN_PERMISSIONS, "--allow-read=FILE"],
  isEndless: () => true,
  async run(invocation) {
    const { operands: paths, options, isJson, output, signal } = invocation;
    const { rate = 1, loop, paused } = options;
    if (!(rate > 0)) throw usageError("--rate must be above 0");
    const address = listenAddress(options);
    const latch = latchedTopics(options.latch);
    const selection = await selectionOf(options, paths, signal);
    const note = (message: string) => output.note(message);
    const { McapPlayer } = await import("../../mcap/play/mcap_player.ts");
    const isInteractive = output.isTerminal && !isJson;
    let onStateChange = (_state: PlaybackState) => {};
    let player: McapPlayer;
    try {
      player = await McapPlayer.open(paths, {
        ...selection,
        rate,
        loop,
        latch,
        server: { ...address, logger: { debug: () => {}, info: () => {}, warn: note, error: note } },
        onStateChange: (state) => onStateChange(state),
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      await explainUnreadable(paths, signal);
      throw new Failure(textOf(error).replace(/^Cannot play: /, ""));
    }
    await using _ = player;
    await startAndAnnounce(player.server, address, invocation, "see the messages and control the playback");
    const stopped = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => stopped.resolve(), { once: true });
    if (isInteractive) {
      using view = new PlayView(player, output, () => stopped.resolve());
      onStateChange = () => view.refresh();
      if (!paused) player.play();
      view.refresh();
      return await stopped.promise;
    }
    onStateChange = (state) => {
      const { status, currentTime, speed } = state;
      if (isJson) output.json({ status, currentTime, speed });
      else output.line(stateLine({ state, startTime: player.startTime, endTime: player.endTime }));
    };
    if (!isJson) output.line("Press Ctrl-C to stop.");
    if (!paused) player.play();
    await stopped.promise;
  },
});

/** The bar and the keys on a terminal. */
class PlayView implements Disposable {
  readonly #player: McapPlayer;
  readonly #output: Output;
  readonly #quit: () => void;
  readonly #keys: Disposable | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  #last = "";

  constructor(player: McapPlayer, output: Output, quit: () => void) {
    this.#player = player;
    this.#output = output;
    this.#quit = quit;
    this.#keys = hasKeyboard() ? playKeys((key) => this.#press(key)) : undefined;
    this.#timer = setInterval(() => this.refresh(), REFRESH_MS);
  }

  /** Shows the current state, if it has changed. */
  refresh(): void {
    const { state, startTime, endTime, loop, server } = this.#player;
    const clients = server.clients.size;
    const line = progressLine({ state, startTime, endTime, isLoop: loop, clients }, this.#output.columns);
    if (line === this.#last) return;
    this.#last = line;
    this.#output.refresh([line, this.#output.style("dim", this.#keys ? KEYS_LINE : "Press Ctrl-C to stop.")]);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#keys?.[Symbol.dispose]();
  }

  #press(key: PlayKey): void {
    const player = this.#player;
    const { status, currentTime, speed } = player.state;
    switch (key) {
      case "pause":
        return status === "playing" || status === "buffering" ? player.pause() : player.play();
      case "back":
        return player.seek(currentTime - STEP_NS);
      case "forward":
        return player.seek(currentTime + STEP_NS);
      case "faster":
        player.rate = SPEEDS.find((each) => each > speed * 1.01) ?? speed;
        return;
      case "slower":
        player.rate = SPEEDS.findLast((each) => each < speed * 0.99) ?? speed;
        return;
      case "loop":
        player.loop = !player.loop;
        // The end was reached without a loop.
        if (player.loop && status === "ended") player.play();
        return this.refresh();
      case "quit":
        return this.#quit();
      default:
        return key satisfies never;
    }
  }
}
