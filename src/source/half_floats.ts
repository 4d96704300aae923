/** Floats of 16 bits, which are computed with as floats of 32. @module */

/**
 * The bits of 16-bit floats become those of the 32-bit floats of the same value; payloads of NaN stay. Integers, as a
 * float that passes through JavaScript may lose its NaN's bits.
 *
 * @param target may overlap `halves` where these are its second half
 */
export function expandHalves(halves: Uint16Array, target: Uint32Array): void {
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!, sign = (half & 0x8000) << 16, magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) {
      target[i] = sign | 0x7f80_0000 | ((magnitude & 0x3ff) << 13);
    } else if (magnitude >= 0x400) {
      // the exponent's bias grows from 15 to 127
      target[i] = sign | ((magnitude << 13) + (112 << 23));
    } else if (magnitude === 0) {
      target[i] = sign;
    } else {
      // subnormal: its highest bit becomes the implicit one
      const shift = Math.clz32(magnitude) - 21;
      target[i] = sign | ((113 - shift) << 23) | (((magnitude << shift) & 0x3ff) << 13);
    }
  }
}
