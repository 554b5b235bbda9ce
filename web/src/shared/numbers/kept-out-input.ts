/**
 * Refuses input into a cell. An input method, such as the keyboard of a touch screen, cannot be
 * cancelled: the cell then gets its previous text back.
 */
export class KeptOutInput {
  #until: AbortController | undefined;

  /**
   * Must be called for each `beforeinput`, refused or not: the next `input` event belongs to the last
   * one.
   */
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
