// Writes the results into the documentation.

const PAGE = `${import.meta.dirname}/../../docs/performance.md`;
const CHART = `${import.meta.dirname}/../../docs/performance.svg`;
const BEGIN = "<!-- Written by `deno task bench:e2e`; changes will be lost. -->";
const END = "<!-- The end of what it writes. -->";

/** Puts the results between the page's two markers, and writes the chart beside it. */
export async function writePage(results: string, chart: string): Promise<void> {
  const page = await Deno.readTextFile(PAGE);
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`Cannot write the results: ${PAGE} lacks a marker`);
  await Deno.writeTextFile(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${results}\n\n${page.slice(end)}`);
  await Deno.writeTextFile(CHART, chart);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE, CHART] }).spawn().status;
  console.error("Wrote docs/performance.md and docs/performance.svg");
}
