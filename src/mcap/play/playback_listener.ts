// playbackListener(): the hooks of a program, together with those of the player.

import { HOOK_NAMES } from "../../server/hook_names.ts";
import type { FoxgloveServerListener } from "../../server/listener.ts";

/** The hooks that the player needs. */
export type PlayerHooks = Required<
  Pick<FoxgloveServerListener, "onClientConnect" | "onClientDisconnect" | "onPlaybackControl">
>;

/** Any hook. */
type Hook = (this: FoxgloveServerListener, ...args: unknown[]) => unknown;

/** Returns a listener that calls the hooks of the player, then those of the program, if it has one. */
export function playbackListener(
  own: PlayerHooks,
  program: FoxgloveServerListener | undefined,
): FoxgloveServerListener {
  const hooks: Record<string, Hook> = {};
  // Called as methods of the program's listener, because they may use `this`.
  const listener = program as (FoxgloveServerListener & Record<string, Hook | undefined>) | undefined;
  for (const name of Object.keys(HOOK_NAMES)) {
    if (listener?.[name]) hooks[name] = (...args) => listener[name]?.(...args);
  }
  return {
    ...hooks,
    onClientConnect: (...args) => {
      own.onClientConnect(...args);
      return hooks.onClientConnect?.call(own, ...args) as void;
    },
    onClientDisconnect: (...args) => {
      own.onClientDisconnect(...args);
      return hooks.onClientDisconnect?.call(own, ...args) as void;
    },
    onPlaybackControl: (...args) => own.onPlaybackControl(...args),
  };
}
