/** Reads a list of the contract to its end, page by page. */

/** The longest page that the contract gives. */
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
