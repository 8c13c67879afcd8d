/** A change of unit: new = old x factor + offset. */
export interface UnitConversion {
  /** As in "looks like … ". */
  readonly what: string
  readonly factor: number
  readonly offset: number
  /** Names of columns that it is likely for: decides between conversions whose factors are nearly the same. */
  readonly names?: RegExp
}

const speed = /speed|wind|velocity|mph|kmh|kph|knot/i
const weight = /weight|mass|lb|kg|pound/i
const duration = /time|delay|dur|sec|min|hour|ms$|age/i

/** From one unit to the other and back. */
function both(
  from: string,
  to: string,
  factor: number,
  { offset = 0, names }: { offset?: number; names?: RegExp } = {},
): UnitConversion[] {
  const hint = names === undefined ? {} : { names }
  return [
    { what: `${from} turned ${to}`, factor, offset, ...hint },
    { what: `${to} turned ${from}`, factor: 1 / factor, offset: -offset / factor || 0, ...hint },
  ]
}

const scaled = (factor: number): UnitConversion[] => [
  { what: `multiplied by ${factor}`, factor, offset: 0 },
  { what: `divided by ${factor}`, factor: 1 / factor, offset: 0 },
]

export const unitConversions: readonly UnitConversion[] = [
  ...both('Fahrenheit', 'Celsius', 5 / 9, { offset: -160 / 9 }),
  ...both('Celsius', 'kelvin', 1, { offset: 273.15 }),
  ...both('Fahrenheit', 'kelvin', 5 / 9, { offset: 273.15 - 160 / 9 }),
  ...both('miles per hour', 'km/h', 1.609344, { names: speed }),
  ...both('miles', 'kilometres', 1.609344),
  ...both('feet', 'metres', 0.3048),
  ...both('inches', 'centimetres', 2.54),
  ...both('inches', 'millimetres', 25.4),
  ...both('miles per hour', 'm/s', 0.44704, { names: speed }),
  ...both('km/h', 'm/s', 1 / 3.6, { names: speed }),
  ...both('knots', 'km/h', 1.852, { names: speed }),
  ...both('pounds', 'kilograms', 0.45359237, { names: weight }),
  ...both('hectopascals', 'inches of mercury', 0.0295299831),
  ...both('minutes', 'hours', 1 / 60, { names: duration }),
  ...scaled(100),
  ...scaled(1_000),
]
