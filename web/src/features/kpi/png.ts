/** Converts a drawing on the page to PNG. */

/** Pixels of the picture per CSS pixel: sharp on current screens and on paper. */
const SCALE = 2;

/** The styles of a drawing. A file has no stylesheet, so each element needs its own copy. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant-numeric',
];

/** `drawing` must be in the page, and must have a width and a height. */
export async function pngOf(drawing: SVGSVGElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = drawing.width.baseVal.value * SCALE;
  canvas.height = drawing.height.baseVal.value * SCALE;
  const address = URL.createObjectURL(new Blob([alone(drawing)], { type: 'image/svg+xml' }));
  try {
    // The content security policy allows blob URLs for images. An image runs no scripts.
    const image = new Image();
    image.src = address;
    await image.decode();
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(address);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((png) => (png === null ? reject(new Error('the canvas gave no PNG')) : resolve(png)));
  });
}

/** The drawing as a document that needs no stylesheet. */
function alone(drawing: SVGSVGElement): string {
  const parts = [...drawing.querySelectorAll<SVGElement>('*')];
  const styles = parts.map((part) => getComputedStyle(part));
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copy.querySelectorAll<SVGElement>('*').forEach((part, index) => {
    for (const name of STYLES) part.style.setProperty(name, styles[index]?.getPropertyValue(name) ?? '');
  });
  return new XMLSerializer().serializeToString(copy);
}
