// The chart of the throughput: a group of bars for each load, on a logarithmic scale, as SVG.

import type { ServerKind } from "./server_kinds.ts";
import { spread } from "./series.ts";
import { significant } from "./table.ts";
import { rate, type ThroughputResult, title } from "./throughput.ts";

const WIDTH = 800;
const LEFT = 90;
const RIGHT = 80;
const TOP = 62;
const BAR = 13;
const GROUP_GAP = 16;
const AXIS = 30;

/** Readable on white and on black. Our transports are the most visible. The last color also differs in lightness. */
const COLORS = ["#8c959f", "#0969da", "#8250df", "#bf8700", "#2da44e", "#bc4c00"];
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .small { font-size: 10px; fill: #59636e; }
  .title { font-size: 14px; font-weight: 600; }
  line { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    line { stroke: #3d444d; }
  }
`;

/** Draws the chart. The length of a bar is the logarithm of the median rate. */
export function throughputChart(kinds: readonly ServerKind[], results: readonly ThroughputResult[]): string {
  const groupHeight = kinds.length * BAR + GROUP_GAP;
  const bottom = TOP + results.length * groupHeight;
  const medians = results.map(({ series }) => kinds.map(({ name }) => spread(series.get(name), rate)?.median));
  const known = medians.flat().filter((median) => median !== undefined && median > 0) as number[];
  const low = Math.floor(Math.log10(Math.min(...known)));
  const high = Math.ceil(Math.log10(Math.max(...known)));
  const x = (value: number) => LEFT + (Math.log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT);

  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const axis = decades.flatMap((decade) => [
    `<line x1="${px(x(decade))}" y1="${TOP - 6}" x2="${px(x(decade))}" y2="${bottom}" />`,
    label(x(decade), bottom + 16, decade.toLocaleString("en-US"), "small", "middle"),
  ]);
  const legend = kinds.flatMap(({ name, absent }, index) => [
    `<rect x="${LEFT + index * 110}" y="34" width="12" height="12" fill="${COLORS[index]}" />`,
    label(LEFT + index * 110 + 17, 44, absent === undefined ? name : `${name} (absent)`),
  ]);
  const groups = results.flatMap((measured, group) => {
    const top = TOP + group * groupHeight;
    const middle = top + kinds.length * BAR / 2 + 4;
    return [
      label(LEFT - 8, middle, title(measured), "", "end"),
      ...kinds.flatMap((_, index) => {
        const median = medians[group]![index];
        if (!median) return [];
        const y = top + index * BAR;
        return [
          `<rect x="${LEFT}" y="${y}" width="${px(x(median) - LEFT)}" height="${BAR - 2}" fill="${COLORS[index]}" />`,
          label(x(median) + 4, y + BAR - 4, significant(median), "small"),
        ];
      }),
    ];
  });
  const height = bottom + AXIS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>Messages per second delivered, by clients and message size</title>`,
    `<style>${STYLE}</style>`,
    label(LEFT, 18, "Messages per second delivered, all clients together (logarithmic scale)", "title"),
    ...axis,
    ...legend,
    ...groups,
    `</svg>`,
    "",
  ].join("\n");
}

function label(x: number, y: number, text: string, style = "", anchor = "start"): string {
  const classes = style && ` class="${style}"`;
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${classes}>${text}</text>`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
