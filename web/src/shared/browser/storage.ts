/**
 * The storage of this browser. If the browser forbids it, for example because cookies are blocked, it is
 * replaced by a storage that ends with the page.
 */

type Items = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> & { keys: () => string[] };

/** Whether the browser keeps what is stored. */
export const isStorageLasting = isAllowed();

/** For all tabs of this browser. */
export const localItems = isStorageLasting ? itemsOf(localStorage) : itemsOfPage();

/** For this tab, beyond a reload. */
export const tabItems = isStorageLasting ? itemsOf(sessionStorage) : itemsOfPage();

function isAllowed(): boolean {
  try {
    return localStorage.length >= 0 && sessionStorage.length >= 0;
  } catch {
    return false;
  }
}

function itemsOf(storage: Storage): Items {
  return {
    keys: () => Object.keys(storage),
    getItem: (key) => storage.getItem(key),
    setItem: (key, text) => storage.setItem(key, text),
    removeItem: (key) => storage.removeItem(key),
  };
}

function itemsOfPage(): Items {
  const items = new Map<string, string>();
  return {
    keys: () => [...items.keys()],
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
  };
}
