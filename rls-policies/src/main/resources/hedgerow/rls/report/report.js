'use strict';
const form = document.getElementById('filter');
if (form) {
  const findings = [...document.querySelectorAll('article[data-rule]')];
  const texts = findings.map(finding => finding.textContent.toLowerCase());
  const shown = form.querySelector('output');
  const notes = document.getElementById('notes');

  const filter = () => {
    const severities = new Set([...form.elements.severity].filter(box => box.checked).map(box => box.value));
    const rule = form.elements.rule.value;
    const words = form.elements.text.value.toLowerCase().split(/\s+/);
    let count = 0;
    if (notes && (rule || words.join(''))) {
      notes.open = true;
    }
    findings.forEach((finding, i) => {
      const matches = severities.has(finding.dataset.severity)
        && (!rule || finding.dataset.rule === rule)
        && words.every(word => texts[i].includes(word));
      finding.hidden = !matches;
      count += matches;
    });
    shown.textContent = `${count} of ${findings.length} shown`;
  };

  form.addEventListener('input', filter);
  form.addEventListener('reset', () => setTimeout(filter));
  form.addEventListener('submit', event => event.preventDefault());
  form.hidden = false;
  filter();
}
