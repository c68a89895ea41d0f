// The room in the 3D panel: boxes, the dock, and a floor. Sent once to each client that subscribes.

import type { FoxgloveServer } from "../../mod.ts";
import { Grid, type GridInit, NumericType, SceneUpdate } from "../../src/schemas/mod.ts";
import { BOX_HEIGHT, BOXES, FLOOR, floorShade } from "./room.ts";
import { DOCK } from "./world.ts";

export function scenery(server: FoxgloveServer): void {
  const boxes = BOXES.map(({ x, y, width, depth, color: [r, g, b] }) => ({
    pose: { position: { x, y, z: BOX_HEIGHT / 2 } },
    size: { x: width, y: depth, z: BOX_HEIGHT },
    color: { r, g, b },
  }));
  const dock = {
    pose: { position: { ...DOCK, z: 0.01 } },
    size: { x: 0.9, y: 0.9, z: 0.02 },
    color: { r: 0.2, g: 0.8, b: 0.4 },
  };
  server.channel("/room", SceneUpdate, { latch: true }).send({
    entities: [{ id: "room", frame_id: "map", cubes: [...boxes, dock] }],
  });
  server.channel("/floor", Grid, { latch: true }).send(floor());
}

/** Returns a grid with a colour for each square metre: red, green, blue and alpha, 1 byte each. */
function floor(): GridInit {
  const { width, depth } = FLOOR;
  const data = new Uint8Array(width * depth * 4);
  for (let cell = 0; cell < width * depth; cell++) {
    const shade = 255 * floorShade(cell % width - width / 2, Math.floor(cell / width) - depth / 2);
    data.set([shade, shade, shade, 255], cell * 4);
  }
  return {
    frame_id: "map",
    pose: { position: { x: -width / 2, y: -depth / 2 } },
    column_count: width,
    cell_size: { x: 1, y: 1 },
    row_stride: width * 4,
    cell_stride: 4,
    fields: ["red", "green", "blue", "alpha"].map((name, offset) => ({ name, offset, type: NumericType.UINT8 })),
    data,
  };
}
