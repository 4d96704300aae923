import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { decimalText, fixedText } from "./fixed_text.ts";

type Slots = Parameters<typeof fixedText>[0]["slots"];

/** The text of one value of a type. */
function textOf(typeId: number, bitWidth: number, slots: Slots, fill: (view: DataView) => void): string {
  const view = new DataView(new ArrayBuffer(40));
  fill(new DataView(view.buffer, 8));
  return fixedText({ typeId, bitWidth, slots })!.text(view, 8);
}

Deno.test("decimalText() is what pyarrow writes to CSV: all digits, and an exponent for tiny ones and scales below 0", () => {
  // pyarrow.csv.write_csv of pyarrow 21
  const cases: readonly (readonly [digits: bigint, scale: number, text: string])[] = [
    [120000n, 2, "1200.00"],
    [-50000n, 2, "-500.00"],
    [0n, 2, "0.00"],
    [0n, 10, "0E-10"],
    [0n, 20, "0E-20"],
    [12n, -2, "1.2E+3"],
    [-5n, -2, "-5E+2"],
    [0n, -2, "0E+2"],
    [1200n, 0, "1200"],
    [1n, 8, "1E-8"],
    [-50000000n, 8, "-0.50000000"],
    [120n, 8, "0.00000120"],
    [99n, 8, "9.9E-7"],
    [-10n, 8, "-1.0E-7"],
  ];
  for (const [digits, scale, text] of cases) strictEqual(decimalText(digits, scale), text);
});

Deno.test("fixedText() reads decimals of every width, whose scale is 0 where it is not stated", () => {
  const most = 10n ** 76n - 1n;
  for (
    const [bitWidth, value] of [[32, -7n], [64, -7n], [128, -(2n ** 100n)], [256, -most], [
      256,
      most,
    ]] as const
  ) {
    const text = textOf(7, bitWidth, [{ slot: 0, kind: "int32", value: 9 }], (view) => {
      for (let bit = 0; bit < bitWidth; bit += 32) {
        view.setUint32(bit / 8, Number(BigInt.asUintN(32, value >> BigInt(bit))), true);
      }
    });
    strictEqual(text, String(value));
  }
});

Deno.test("fixedText() is what pyarrow writes of times, durations and halves", () => {
  const unit = (value: number) => [{ slot: 0, kind: "int16", value } as const];
  const time = (value: number | bigint, units: number, bitWidth: number) =>
    textOf(9, bitWidth, unit(units), (view) => {
      if (bitWidth === 32) view.setInt32(0, Number(value), true);
      else view.setBigInt64(0, BigInt(value), true);
    });
  deepStrictEqual(
    [time(3661, 0, 32), time(3661001, 1, 32), time(3661001000, 2, 64), time(3661001000001n, 3, 64)],
    ["01:01:01", "01:01:01.001", "01:01:01.001000", "01:01:01.001000001"],
  );
  strictEqual(textOf(9, 32, [], (view) => view.setInt32(0, 86_399_999, true)), "23:59:59.999");
  strictEqual(textOf(18, 64, unit(1), (view) => view.setBigInt64(0, -1500n, true)), "-1500");
  strictEqual(textOf(3, 16, unit(0), (view) => view.setFloat16(0, 1.5, true)), "1.5");
  strictEqual(fixedText({ typeId: 11, bitWidth: 128, slots: unit(2) }), null, "an interval has no text");
});
