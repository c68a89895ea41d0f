// readColors(): the colours of plots, from the stylesheet.

/** The colours of the page, which differ between light and dark. */
export interface PlotColors {
  readonly background: string;
  readonly grid: string;
  readonly text: string;
  readonly cursor: string;
  readonly lines: readonly string[];
}

/** Keeps the colours of the current scheme. Reading styles in each frame would be slow. */
export class ThemeColors {
  #colors: PlotColors = readColors();

  constructor(signal: AbortSignal) {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void (this.#colors = readColors()), {
      signal,
    });
  }

  /** The colours of the current scheme. */
  get current(): PlotColors {
    return this.#colors;
  }
}

function readColors(): PlotColors {
  // The browser computes `light-dark()` only for real properties.
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    background: read("--surface"),
    grid: read("--line"),
    text: read("--muted"),
    cursor: read("--text"),
    lines: [1, 2, 3, 4, 5, 6].map((index) => read(`--line-${index}`)),
  };
  probe.remove();
  return colors;
}
