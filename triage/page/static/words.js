// Words of the page, from its template: there they stand in the one catalogue.

export function said(group, name, ...values) {
  const words = document.getElementById(`${group}-words`).dataset[name];
  return values.reduce((text, value, index) => text.replace(`{${index}}`, () => value), words);
}
