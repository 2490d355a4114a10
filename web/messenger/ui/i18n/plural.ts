// Picks the form of a word that a number asks for.
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** `#` in the form becomes the number as the language writes it. */
export function plural(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, forms) => (forms[rules.select(count)] ?? forms.other).replaceAll('#', numbers.format(count));
}
