// Shrink pictures on the device, which also removes the metadata that the camera wrote.

const MAX_PIXELS = 2000;
const THUMB = 192;
const QUALITY = 0.85;

async function resize(bitmap, maxPixels) {
    const scale = Math.min(1, maxPixels / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
}

// A JPEG of at most 2,000 pixels and a small one to show; rejects what the device cannot read as a picture.
export async function shrink(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    try {
        const canvas = await resize(bitmap, MAX_PIXELS);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
        if (!blob) throw new Error("The picture could not be resized.");
        return { blob, thumb: (await resize(bitmap, THUMB)).toDataURL("image/jpeg", QUALITY) };
    } finally {
        bitmap.close();
    }
}
