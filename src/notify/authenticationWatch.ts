import { DecoratorHandler, type Dispatcher } from 'undici';
import { AuthenticationRequired } from '../http/faults.ts';

type ResponseStart = NonNullable<Dispatcher.DispatchHandler['onResponseStart']>;

/** Turns an answer of 407 into an error that can be recognised; `fetch` alone fails with one that says nothing. */
export function watchAuthentication(agent: Dispatcher): Dispatcher {
  return agent.compose((dispatch) => (options, handler) => dispatch(options, new AuthenticationWatch(handler)));
}

class AuthenticationWatch extends DecoratorHandler {
  onResponseStart(...args: Parameters<ResponseStart>): void {
    if (args[1] === 407) throw new AuthenticationRequired();
    // The library's types leave out this method.
    Reflect.apply(Reflect.get(DecoratorHandler.prototype, 'onResponseStart'), this, args);
  }
}
