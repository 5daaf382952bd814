// Comfort only: every page is complete without it.

// Lists of files have no server that could search: rows that do not fit are hidden.
const field = document.querySelector('[data-filter]');
const rows = [...document.querySelectorAll('[data-filterable] tbody tr')];
const count = document.querySelector('[data-count]');
if (field !== null) {
  for (const hidden of document.querySelectorAll('[data-script-only]')) hidden.hidden = false;
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.querySelector('th').textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = String(shown);
  });
}

// A form's empty fields would only make its address long.
for (const form of document.querySelectorAll('form[method="get"]')) {
  form.addEventListener('formdata', (event) => {
    for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name);
  });
}
