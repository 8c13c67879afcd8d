import { cleanUp } from './clean-up'

jest.setTimeout(120_000)
afterAll(cleanUp, 60_000)
