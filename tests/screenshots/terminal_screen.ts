// TerminalScreen: what a terminal shows after the output of a program, with its colours.

/** Text in one style. */
export interface StyledText {
  text: string;
  /** The parameter of the control sequence that selects the style, such as 31 for red. 0 is the default style. */
  style: number;
}

interface Cell {
  character: string;
  style: number;
}

/** A character, or a control sequence with its parameter and its last character. */
// deno-lint-ignore no-control-regex -- the sequences begin with this character
const PARTS = /\x1b\[(\d*)([a-zA-Z])|([^\x1b])/gu;

/** A terminal that never scrolls. It knows the control sequences that the command line writes. */
export class TerminalScreen {
  readonly #lines: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #style = 0;

  /** Shows output. Throws for control sequences that it does not know. */
  write(output: string): void {
    for (const [part, parameter = "", command, character] of output.matchAll(PARTS)) {
      if (character !== undefined) this.#put(character);
      else if (command === "m") this.#style = Number(parameter);
      else if (command === "A") this.#row = Math.max(0, this.#row - Number(parameter || 1));
      else if (command === "K" && parameter === "") this.#line.splice(this.#column);
      else if (command === "J" && parameter === "") this.#clearBelow();
      else throw new Error(`Cannot show output: unknown control sequence ${JSON.stringify(part)}`);
    }
  }

  /** The lines, without empty ones at the end. Neighbours in the same style are one text. */
  get lines(): StyledText[][] {
    const last = this.#lines.findLastIndex((line) => line.length > 0);
    return this.#lines.slice(0, last + 1).map((line) => {
      const texts: StyledText[] = [];
      for (const { character, style } of line) {
        const text = texts.at(-1);
        if (text?.style === style) text.text += character;
        else texts.push({ text: character, style });
      }
      return texts;
    });
  }

  get #line(): Cell[] {
    return this.#lines[this.#row]!;
  }

  #put(character: string): void {
    if (character === "\r") {
      this.#column = 0;
    } else if (character === "\n") {
      this.#row++;
      if (this.#row === this.#lines.length) this.#lines.push([]);
    } else {
      while (this.#line.length < this.#column) this.#line.push({ character: " ", style: 0 });
      this.#line[this.#column++] = { character, style: this.#style };
    }
  }

  #clearBelow(): void {
    this.#line.splice(this.#column);
    this.#lines.splice(this.#row + 1);
  }
}
