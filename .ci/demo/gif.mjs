import gifenc from 'gifenc';

const { GIFEncoder, quantize, applyPalette } = gifenc;
const COLORS = 31;

/** Frames as { pixels, delayMs } of one size: an endless GIF in which a pixel that stays is transparent. */
export function encodeGif(frames, width, height) {
  const palette = commonPalette(frames);
  const gif = GIFEncoder();
  let before = null;
  for (const { pixels, delayMs } of frames) {
    const colors = applyPalette(pixels, palette);
    const changed = before ? colors.map((color, at) => (color === before[at] ? COLORS : color)) : colors;
    const transparency = { transparent: before !== null, transparentIndex: COLORS, dispose: 1 };
    const first = before ? {} : { palette: [...palette, [0, 0, 0]], repeat: 0 };
    gif.writeFrame(changed, width, height, { delay: delayMs, ...transparency, ...first });
    before = colors;
  }
  gif.finish();
  return gif.bytes();
}

/** From frames spread over the film: the first is nearly empty and has few colours. */
function commonPalette(frames) {
  const samples = [0.2, 0.4, 0.6, 0.8, 1].map(
    (share) => frames[Math.floor((frames.length - 1) * share)].pixels,
  );
  return quantize(Buffer.concat(samples), COLORS);
}
