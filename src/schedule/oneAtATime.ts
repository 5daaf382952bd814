/** Makes sure that some work is never done twice at the same time. */
export class OneAtATime {
  #current: Promise<void> | undefined;

  /** Begins the work, or joins it if it is already running. */
  begin(work: () => Promise<void>): Promise<void> {
    this.#current ??= work().finally(() => {
      this.#current = undefined;
    });
    return this.#current;
  }

  /** Resolves when nothing is running. */
  async idle(): Promise<void> {
    await this.#current;
  }
}
