// The pictures of the next question: picked, dropped, pasted, photographed or taken from the examples.

import { make } from './dom.js';
import { t } from './texts.js';

const TAKEN = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

export class Pictures {
  #list;
  #files = [];
  #refuse;

  /** refuse(message): a file that is no picture of a kind that is taken. */
  constructor(list, input, refuse) {
    this.#list = list;
    this.#refuse = refuse;
    input.addEventListener('change', () => {
      this.add([...input.files]);
      input.value = '';
    });
    document.addEventListener('paste', (event) => {
      if (event.clipboardData?.files.length) this.add([...event.clipboardData.files]);
    });
  }

  get files() {
    return [...this.#files];
  }

  clear() {
    for (const item of [...this.#list.children]) item.querySelector('button').click();
  }

  add(files) {
    for (const file of files) {
      if (TAKEN.includes(file.type)) this.#show(file);
      else this.#refuse(t('notTaken', { name: file.name }));
    }
  }

  #show(file) {
    this.#files.push(file);
    const source = URL.createObjectURL(file);
    const item = make('li', {},
      make('img', { src: source, alt: file.name }),
      make('button', {
        type: 'button', class: 'remove', 'aria-label': t('remove', { name: file.name }),
        click: () => {
          this.#files.splice(this.#files.indexOf(file), 1);
          URL.revokeObjectURL(source);
          item.remove();
        },
      }, '×'));
    this.#list.append(item);
  }
}

/** A file's bytes as a data: URL. */
export function dataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error(t('unreadable', { name: file.name })));
    reader.readAsDataURL(file);
  });
}

/** Takes pictures that are dropped anywhere on the page. */
export function droppable(veil, add) {
  let depth = 0;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  document.addEventListener('dragenter', (event) => {
    if (carries(event)) { depth++; veil.hidden = false; }
  });
  document.addEventListener('dragleave', (event) => {
    if (carries(event) && --depth <= 0) { depth = 0; veil.hidden = true; }
  });
  document.addEventListener('dragover', (event) => { if (carries(event)) event.preventDefault(); });
  document.addEventListener('drop', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    add([...event.dataTransfer.files]);
  });
}
