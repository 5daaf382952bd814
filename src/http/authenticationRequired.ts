/** An answer of 407, which only proxies give. */
export class AuthenticationRequired extends Error {
  constructor() {
    super('it answered 407: it wants a user and a password, as proxies do');
    this.name = 'AuthenticationRequired';
  }
}
