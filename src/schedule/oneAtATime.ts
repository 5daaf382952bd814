/** Work of which there is never more than one under way. */
export class OneAtATime {
  #current: Promise<void> | undefined;

  /** Joins what is under way, or begins it. */
  begin(work: () => Promise<void>): Promise<void> {
    this.#current ??= work().finally(() => {
      this.#current = undefined;
    });
    return this.#current;
  }

  /** Settles when nothing is under way. */
  async idle(): Promise<void> {
    await this.#current;
  }
}
