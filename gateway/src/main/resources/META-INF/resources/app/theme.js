// Light or dark: as the system has it, until the reader says otherwise.

const KEPT = 'tesserae.theme';

function kept() {
  try { return localStorage.getItem(KEPT); } catch { return null; }
}

export function apply() {
  if (kept()) document.documentElement.dataset.theme = kept();
}

export function turn() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  try { localStorage.setItem(KEPT, document.documentElement.dataset.theme); } catch { /* nothing is kept here */ }
}
