// The pictures of the next question: picked, dropped or pasted.

export class Pictures {
  #files = [];
  #list;

  constructor(drop, input, list) {
    this.#list = list;
    input.addEventListener('change', () => {
      this.#add(input.files);
      input.value = '';
    });
    for (const name of ['dragover', 'dragleave', 'drop']) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle('over', name === 'dragover');
        if (name === 'drop') this.#add(event.dataTransfer.files);
      });
    }
    document.addEventListener('paste', (event) => this.#add(event.clipboardData.files));
  }

  get count() {
    return this.#files.length;
  }

  /** Parts of a message, as OpenAI's clients send them. */
  async parts(detail) {
    const urls = await Promise.all(this.#files.map(dataUrl));
    return urls.map((url) => ({ type: 'image_url', image_url: { url, detail } }));
  }

  #add(files) {
    for (const file of files) {
      if (file.type.startsWith('image/')) this.#show(file);
    }
  }

  #show(file) {
    this.#files.push(file);
    const image = document.createElement('img');
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.textContent = '×';
    remove.setAttribute('aria-label', `Remove ${file.name}`);
    const item = document.createElement('li');
    item.append(image, remove);
    remove.addEventListener('click', () => {
      this.#files.splice(this.#files.indexOf(file), 1);
      URL.revokeObjectURL(image.src);
      item.remove();
    });
    this.#list.append(item);
  }
}

function dataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`));
    reader.readAsDataURL(file);
  });
}
