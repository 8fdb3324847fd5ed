// Conversations are kept in this browser and nowhere else. Where the browser keeps nothing, the page works all the same.

const NAME = 'tesserae';
const STORE = 'conversations';
const MOST = 30;

const opened = new Promise((resolve) => {
  try {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  } catch {
    resolve(null);
  }
});

async function store(mode, work) {
  const database = await opened;
  if (!database) return undefined;
  return new Promise((resolve) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => resolve(undefined);
  });
}

/** All, the latest first. */
export async function all() {
  const found = (await store('readonly', (kept) => kept.getAll())) ?? [];
  return found.sort((a, b) => b.updated - a.updated);
}

/** Keeps one; the oldest of too many goes. */
export async function put(conversation) {
  await store('readwrite', (kept) => kept.put({ ...conversation, updated: Date.now() }));
  for (const old of (await all()).slice(MOST)) await remove(old.id);
}

export const remove = (id) => store('readwrite', (kept) => kept.delete(id));
