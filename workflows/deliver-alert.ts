import type { SentAlert } from '../activities/alerts/send-alert'
import type { AlertReference } from '../schemas/alert'
import { sendAlert } from './activities'

/** Sends one alert, for as long as a day where its receiver does not take it. Safe to run again: what was sent is not sent twice. */
export async function deliverAlert(input: AlertReference): Promise<SentAlert> {
  return sendAlert(input)
}
