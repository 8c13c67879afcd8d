import { cleanUp } from './clean-up'

jest.setTimeout(20_000)
afterAll(cleanUp)
