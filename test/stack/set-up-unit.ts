import { cleanUp } from './clean-up'

jest.setTimeout(60_000)
afterAll(cleanUp)
