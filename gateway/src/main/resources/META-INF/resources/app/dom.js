// Makes elements. Text is always text: nothing here takes HTML.

/** An element with attributes (functions become listeners, null is left out) and children (elements or text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (name === 'class') element.className = value;
    else if (name in element && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The same for SVG. */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

export const byId = (id) => document.getElementById(id);

/** A row of choices of which one is pressed; `choose(value)` when it changes. */
export function choices(label, options, chosen, choose) {
  const group = make('div', { class: 'choices', role: 'group', 'aria-label': label });
  for (const [value, text] of options) {
    group.append(make('button', {
      type: 'button', 'aria-pressed': String(value === chosen), 'data-value': String(value),
      click: (event) => {
        for (const one of group.children) one.setAttribute('aria-pressed', String(one === event.currentTarget));
        choose(value);
      },
    }, text));
  }
  return group;
}

export const millis = (ms) => (ms < 1 ? '<1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);
