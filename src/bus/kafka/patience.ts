import { type Base, type Callback, type CallbackWithPromise, kPerformWithRetry } from '@platformatic/kafka';
import { brokerErrors, isRefusal } from './errors.ts';
import { defaultRetryForMs, type KafkaSettings } from './settings.ts';

/**
 * The client repeats a request so many times, whatever each of them takes, and repeats within that what a request needs beforehand: brokers
 * that close every connection would be asked for hours. Here what does not reach a broker is repeated for `retryForMs`, and what a
 * broker refuses for good (a password, a certificate) not at all. Errors that a broker answers with are the client's affair, except those that
 * `isForCaller` names: what was asked has to be asked otherwise.
 */
export function withPatience<C extends Base>(
  client: C,
  settings: KafkaSettings,
  isForCaller: (error: Error) => boolean = () => false,
): C {
  const perform = client[kPerformWithRetry].bind(client);
  client[kPerformWithRetry] = <T>(
    operationId: string,
    operation: (callback: Callback<T>, attempt: number) => void,
    callback: CallbackWithPromise<T>,
    attempt = 0,
    errors: Error[] = [],
    isEnough: (error: Error) => boolean = () => false,
    limit?: number,
  ) => {
    const until = performance.now() + (settings.retryForMs ?? defaultRetryForMs);
    const isOver = (error: Error): boolean =>
      isEnough(error) ||
      isForCaller(error) ||
      isRefusal(error) ||
      (performance.now() >= until && brokerErrors(error).length === 0);
    // Later attempts come with what the first one was given.
    const ends = attempt === 0 ? isOver : isEnough;
    return perform(operationId, operation, callback, attempt, errors, ends, limit);
  };
  return client;
}
