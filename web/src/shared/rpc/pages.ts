/** Reads all pages of a list. */

/** The largest page size of the contract. */
export const LONGEST_PAGE = 500;

export async function everyPage<Page extends { nextPageToken: string }>(
  read: (pageToken: string) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = [];
  let pageToken = '';
  do {
    const page = await read(pageToken);
    pages.push(page);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return pages;
}
