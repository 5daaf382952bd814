/** An answer of 407, which fetch by itself hides behind an error without a word. */
export class AuthenticationRequired extends Error {
  constructor() {
    super('it answered 407: it wants a user and a password, as proxies do');
    this.name = 'AuthenticationRequired';
  }
}
