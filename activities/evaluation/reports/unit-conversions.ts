/** A change of unit: new = old x factor + offset. */
export interface UnitConversion {
  /** As in "looks like … ". */
  readonly what: string
  readonly factor: number
  readonly offset: number
  /** Names of columns that it is likely for: decides between conversions whose factors are nearly the same. */
  readonly names?: RegExp
}

const temperature = /temp|dew|heat|chill|celsius|fahr|kelvin/i
const speed = /speed|wind|gust|velocity|mph|kmh|kph|knot/i
const length = /dist|length|height|width|depth|alt|elev|visib|mile|km|feet|inch|precip|rain|snow/i
const weight = /weight|mass|lb|kg|pound/i
const pressure = /press|baro|slp|hpa/i
const duration = /time|delay|dur|sec|min|hour|ms$|age/i

/** From one unit to the other and back. */
function both(from: string, to: string, factor: number, names: RegExp, offset = 0): UnitConversion[] {
  return [
    { what: `${from} turned ${to}`, factor, offset, names },
    { what: `${to} turned ${from}`, factor: 1 / factor, offset: -offset / factor || 0, names },
  ]
}

const scaled = (factor: number): UnitConversion[] => [
  { what: `multiplied by ${factor}`, factor, offset: 0 },
  { what: `divided by ${factor}`, factor: 1 / factor, offset: 0 },
]

/** Of those that are nearly the same the usual one first. */
export const unitConversions: readonly UnitConversion[] = [
  ...both('Fahrenheit', 'Celsius', 5 / 9, temperature, -160 / 9),
  ...both('Celsius', 'kelvin', 1, temperature, 273.15),
  ...both('Fahrenheit', 'kelvin', 5 / 9, temperature, 273.15 - 160 / 9),
  ...both('miles', 'kilometres', 1.609344, length),
  ...both('miles per hour', 'km/h', 1.609344, speed),
  ...both('feet', 'metres', 0.3048, length),
  ...both('inches', 'centimetres', 2.54, length),
  ...both('inches', 'millimetres', 25.4, length),
  ...both('pounds', 'kilograms', 0.45359237, weight),
  ...both('miles per hour', 'm/s', 0.44704, speed),
  ...both('km/h', 'm/s', 1 / 3.6, speed),
  ...both('knots', 'km/h', 1.852, speed),
  ...both('hectopascals', 'inches of mercury', 0.0295299831, pressure),
  ...both('minutes', 'hours', 1 / 60, duration),
  ...scaled(100),
  ...scaled(1_000),
]
