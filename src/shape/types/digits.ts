/**
 * Arithmetic on natural numbers as types. TypeScript has none, and counting tuples ends near 10,000; so numbers
 * are tuples of decimal digits, the last digit first, and the school's methods do the rest.
 *
 * @module
 */
type Count = [
  [],
  [0],
  [0, 0],
  [0, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0],
];
type Ten = [...Count[9], 0];
type Digits = number[];

/** As many zeros as the digit says. */
type Ones<D> = D extends keyof Count ? Count[D] extends 0[] ? Count[D] : [] : [];

type ToDigits<S extends string, Out extends Digits = []> = S extends `${infer D extends number}${infer Rest}`
  ? ToDigits<Rest, [D, ...Out]>
  : Out;
type DigitsOf<N extends number> = ToDigits<`${N}`>;
type ToNumber<S extends string> = S extends "0" | "" ? 0
  : S extends `0${infer Rest}` ? ToNumber<Rest>
  : S extends `${infer N extends number}` ? N
  : never;
type FromDigits<A extends Digits, Out extends string = ""> = A extends
  [infer D extends number, ...infer Rest extends Digits] ? FromDigits<Rest, `${D}${Out}`> : ToNumber<Out>;

type AddDigits<A extends Digits, B extends Digits, Carry extends 0[] = [], Out extends Digits = []> =
  A extends [infer X, ...infer XS extends Digits]
    ? B extends [infer Y, ...infer YS extends Digits]
      ? AddStep<[...Ones<X>, ...Ones<Y>, ...Carry], XS, YS, Out>
    : AddStep<[...Ones<X>, ...Carry], XS, [], Out>
    : B extends [infer Y, ...infer YS extends Digits] ? AddStep<[...Ones<Y>, ...Carry], [], YS, Out>
    : Carry extends [0] ? [...Out, 1]
    : Out;
type AddStep<Sum extends 0[], XS extends Digits, YS extends Digits, Out extends Digits> = Sum extends
  [...Ten, ...infer Rest] ? AddDigits<XS, YS, [0], [...Out, Rest["length"]]>
  : AddDigits<XS, YS, [], [...Out, Sum["length"]]>;

/** A - B; never where it is negative. */
type SubDigits<A extends Digits, B extends Digits, Borrow extends 0[] = [], Out extends Digits = []> =
  A extends [infer X, ...infer XS extends Digits]
    ? B extends [infer Y, ...infer YS extends Digits] ? SubStep<Ones<X>, [...Ones<Y>, ...Borrow], XS, YS, Out>
    : SubStep<Ones<X>, Borrow, XS, [], Out>
    : B extends [] ? Borrow extends [] ? Out : never
    : B extends [0, ...infer YS extends Digits] ? Borrow extends [] ? SubDigits<[], YS, [], Out> : never
    : never;
type SubStep<X extends 0[], Y extends 0[], XS extends Digits, YS extends Digits, Out extends Digits> =
  X extends [...Y, ...infer Rest] ? SubDigits<XS, YS, [], [...Out, Rest["length"]]>
    : [...Ten, ...X] extends [...Y, ...infer Rest] ? SubDigits<XS, YS, [0], [...Out, Rest["length"]]>
    : never;

type TimesDigit<A extends Digits, N extends 0[], Out extends Digits = []> = N extends
  [0, ...infer Rest extends 0[]] ? TimesDigit<A, Rest, AddDigits<Out, A>>
  : Out;
type MulDigits<A extends Digits, B extends Digits, Out extends Digits = []> = B extends
  [...infer Rest extends Digits, infer Y] ? MulDigits<A, Rest, AddDigits<[0, ...Out], TimesDigit<A, Ones<Y>>>>
  : Out;

/** How often B goes into the remainder R, and what is left. */
type DivStep<R extends Digits, B extends Digits, Q extends 0[] = []> = SubDigits<R, B> extends
  infer Next extends Digits ? [Next] extends [never] ? [Q["length"], R] : DivStep<Next, B, [...Q, 0]> : never;
type DivDigits<A extends Digits, B extends Digits, R extends Digits = [], Q extends Digits = []> = A extends
  [...infer Rest extends Digits, infer X extends number]
  ? DivStep<[X, ...R], B> extends [infer D extends number, infer Left extends Digits]
    ? DivDigits<Rest, B, Left, [D, ...Q]>
  : never
  : [FromDigits<Q>, FromDigits<R>];

/** A + B */
export type Add<A extends number, B extends number> = FromDigits<AddDigits<DigitsOf<A>, DigitsOf<B>>>;
/** A - B; never where it is negative. */
export type Sub<A extends number, B extends number> = SubDigits<DigitsOf<A>, DigitsOf<B>> extends
  infer R extends Digits ? [R] extends [never] ? never : FromDigits<R> : never;
/** A * B */
export type Mul<A extends number, B extends number> = A extends 1 ? B
  : B extends 1 ? A
  : FromDigits<MulDigits<DigitsOf<A>, DigitsOf<B>>>;
/** The quotient and the remainder of A by B, which is not 0. */
export type DivMod<A extends number, B extends number> = B extends 1 ? [A, 0]
  : DivDigits<DigitsOf<A>, DigitsOf<B>>;
/** A < B */
export type IsBelow<A extends number, B extends number> = IsAbove<`${B}`, `${A}`>;
/** Whether the first natural number, written in decimal digits, is above the second. */
export type IsAbove<A extends string, B extends string> = [SubDigits<ToDigits<B>, ToDigits<A>>] extends
  [never] ? true
  : false;
