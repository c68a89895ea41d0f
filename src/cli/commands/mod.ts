// COMMANDS: all commands, in the order of the help.

import type { Command } from "../command.ts";
import { assets } from "./assets.ts";
import { bw } from "./bw.ts";
import { call } from "./call.ts";
import { createCompletion } from "./completion.ts";
import { delay } from "./delay.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { echo } from "./echo.ts";
import { graph } from "./graph.ts";
import { hz } from "./hz.ts";
import { info } from "./info.ts";
import { mcap } from "./mcap.ts";
import { param } from "./param.ts";
import { play } from "./play.ts";
import { pub } from "./pub.ts";
import { record } from "./record.ts";
import { relay } from "./relay.ts";
import { topics } from "./topics.ts";
import { types } from "./types.ts";
import { view } from "./view.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  demo,
  topics,
  info,
  echo,
  hz,
  bw,
  delay,
  record,
  pub,
  call,
  param,
  graph,
  assets,
  doctor,
  view,
  types,
  play,
  mcap,
  relay,
  createCompletion(() => COMMANDS),
];
