// Measures a page through the DevTools protocol: frames, the load of its main thread, and its heap.

import type { Page } from "../../tests/support/chromium.ts";

/** What happened in a page during a period. */
export interface PageLoad {
  /** Animation frames per second. */
  readonly fps: number;
  /** The share of one core that the main thread used: for scripts, layout, painting and all else. */
  readonly busy: number;
  /** The share that it used for scripts. */
  readonly script: number;
  /** Intervals between frames above 34 ms: at least one frame was left out. */
  readonly longFrames: number;
}

/** Prepares a page. Call this once before the other functions. */
export async function startMeasuring(page: Page): Promise<void> {
  // CPU time of the thread: other programs on the machine would lengthen the wall time of each task.
  await page.command("Performance.enable", { timeDomain: "threadTicks" });
  await page.evaluate(`(() => {
    globalThis.frames_ = { count: 0, long: 0, last: performance.now() };
    const next = (now) => {
      frames_.count += 1;
      if (now - frames_.last > 34) frames_.long += 1;
      frames_.last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  })()`);
}

/** Measures for some time. */
export async function measureLoad(page: Page, seconds: number): Promise<PageLoad> {
  const before = await read(page);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await read(page);
  const elapsed = after.time - before.time;
  return {
    fps: (after.frames - before.frames) / elapsed,
    busy: (after.task - before.task) / elapsed,
    script: (after.script - before.script) / elapsed,
    longFrames: after.long - before.long,
  };
}

/** Returns the bytes of the heap of scripts, after garbage was collected. */
export async function heapBytes(page: Page): Promise<number> {
  await page.command("HeapProfiler.collectGarbage");
  return (await metrics(page)).get("JSHeapUsedSize") ?? NaN;
}

interface Reading {
  readonly time: number;
  readonly task: number;
  readonly script: number;
  readonly frames: number;
  readonly long: number;
}

async function read(page: Page): Promise<Reading> {
  const frames = await page.evaluate<{ count: number; long: number }>("frames_");
  const values = await metrics(page);
  const [task, script] = ["TaskDuration", "ScriptDuration"].map((name) => values.get(name) ?? NaN);
  return { time: performance.now() / 1000, task: task!, script: script!, frames: frames.count, long: frames.long };
}

async function metrics(page: Page): Promise<Map<string, number>> {
  const { metrics } = await page.command("Performance.getMetrics");
  return new Map((metrics as { name: string; value: number }[]).map(({ name, value }) => [name, value]));
}
