/** The longest side of a photograph of a page that is still read with ease, in pixels. */
const longestSide = 1800
const quality = 0.8

/** What a file is by its first bytes: in-app browsers name types wrongly or not at all. */
export async function kindOf(file: Blob): Promise<'pdf' | 'jpeg' | 'xlsx' | 'image' | 'other'> {
  const head = new Uint8Array(await read(file.slice(0, 12)))
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte)
  if (starts(0x25, 0x50, 0x44, 0x46)) return 'pdf'
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg'
  if (starts(0x50, 0x4b)) return 'xlsx'
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0x47, 0x49, 0x46) || starts(0x52, 0x49, 0x46, 0x46) || starts(0x42, 0x4d)) return 'image'
  return 'other'
}

function read(blob: Blob): Promise<ArrayBuffer> {
  // Blob.arrayBuffer is missing in WebViews of iOS before 14.
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as ArrayBuffer)
    reader.onerror = () => reject(reader.error ?? new Error('read'))
    reader.readAsArrayBuffer(blob)
  })
}

/** The size to draw at: the longest side no longer than it needs to be, never larger than it was. */
export function fitted(width: number, height: number): { width: number, height: number } {
  const share = Math.min(1, longestSide / Math.max(width, height))
  return { width: Math.round(width * share), height: Math.round(height * share) }
}

/** A photograph as a small JPEG; a PDF as it is; null when it is neither a picture that the browser can read nor a PDF. */
export async function shrink(file: File): Promise<Blob | null> {
  return await kindOf(file) === 'pdf' ? new Blob([file], { type: 'application/pdf' }) : redrawn(file)
}

/** A photograph drawn anew: small, the right way up, and without where, when and by which phone it was taken; null when the browser cannot read it. */
export async function redrawn(file: Blob): Promise<Blob | null> {
  const address = URL.createObjectURL(file)
  try {
    const image = await new Promise<HTMLImageElement>((resolve, reject) => {
      const picture = new Image()
      picture.onload = () => resolve(picture)
      picture.onerror = () => reject(new Error('no picture'))
      picture.src = address
    })
    const size = fitted(image.naturalWidth, image.naturalHeight)
    const canvas = document.createElement('canvas')
    canvas.width = size.width
    canvas.height = size.height
    const context = canvas.getContext('2d')
    if (!context) return null
    context.fillStyle = '#fff'
    context.fillRect(0, 0, size.width, size.height)
    context.drawImage(image, 0, 0, size.width, size.height)
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  } catch {
    return null
  } finally {
    URL.revokeObjectURL(address)
  }
}
