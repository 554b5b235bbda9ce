/** A drawing of the page as PNG. */

/** Sharp on the screens of today, and on paper. */
const SCALE = 2;

/** What a stylesheet may say about a drawing: in a file it has to stand at each part. */
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

/** `drawing` stands in the page, with a width and a height of its own. */
export async function pngOf(drawing: SVGSVGElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = drawing.width.baseVal.value * SCALE;
  canvas.height = drawing.height.baseVal.value * SCALE;
  const address = URL.createObjectURL(new Blob([alone(drawing)], { type: 'image/svg+xml' }));
  try {
    // The policy lets pictures be of the page's own making; nothing else of it runs.
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

/** As a document that needs no stylesheet. */
function alone(drawing: SVGSVGElement): string {
  const parts = [...drawing.querySelectorAll<SVGElement>('*')];
  const styles = parts.map((part) => getComputedStyle(part));
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copy.querySelectorAll<SVGElement>('*').forEach((part, index) => {
    for (const name of STYLES) part.style.setProperty(name, styles[index]?.getPropertyValue(name) ?? '');
  });
  return new XMLSerializer().serializeToString(copy);
}
