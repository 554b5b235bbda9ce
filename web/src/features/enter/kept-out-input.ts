/**
 * Keeps out of a cell what is typed into it. An input method, such as the keyboard of a
 * touch screen, does not let itself be stopped: the text of before it comes back instead.
 */
export class KeptOutInput {
  #until: AbortController | undefined;

  /** Called for each `beforeinput`, be it kept out or not: what comes next is of that one. */
  begin(): void {
    this.#until?.abort();
  }

  keepOut(event: InputEvent): void {
    event.preventDefault();
    const field = event.target;
    if (event.cancelable || !(field instanceof HTMLInputElement)) return;
    const { value } = field;
    this.#until = new AbortController();
    field.addEventListener(
      'input',
      (input) => {
        input.stopPropagation();
        field.value = value;
      },
      { once: true, signal: this.#until.signal },
    );
  }
}
