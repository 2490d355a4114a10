// Which messages of a thread are selected; null while nobody selects.
export class Selection {
  ids = $state.raw<ReadonlySet<string> | null>(null);

  begin(id: string): void {
    this.ids = new Set([id]);
  }

  toggle(id: string): void {
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    this.ids = ids;
  }

  end(): void {
    this.ids = null;
  }
}
