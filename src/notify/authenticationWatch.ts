import { DecoratorHandler, type Dispatcher } from 'undici';
import { AuthenticationRequired } from '../http/faults.ts';

type ResponseStart = NonNullable<Dispatcher.DispatchHandler['onResponseStart']>;

/** Makes an answer of 407 an error of its own, which `fetch` by itself hides behind one without a word. */
export function watchAuthentication(agent: Dispatcher): Dispatcher {
  return agent.compose((dispatch) => (options, handler) => dispatch(options, new AuthenticationWatch(handler)));
}

class AuthenticationWatch extends DecoratorHandler {
  onResponseStart(...args: Parameters<ResponseStart>): void {
    if (args[1] === 407) throw new AuthenticationRequired();
    // Its types leave out what it passes on.
    Reflect.apply(Reflect.get(DecoratorHandler.prototype, 'onResponseStart'), this, args);
  }
}
