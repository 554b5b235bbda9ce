/**
 * The provider of the tests for single sign-on: npm's `oidc-provider`, with its own pages for signing in.
 * Takes its port and the address of kreis. A person is who signs in with that e-mail, with any password;
 * names that begin with `unverified` have an e-mail that is not verified.
 */
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const [port, kreis] = process.argv.slice(2);

function claimsOf(id) {
  const email = id.replace(/^unverified-/, '');
  const [name] = email.split('@');
  return {
    sub: id,
    email,
    email_verified: email === id,
    given_name: name,
    family_name: 'of the house',
  };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'kreis',
      client_secret: 'a secret of the client',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [`${kreis}/sign-in/callback`],
      post_logout_redirect_uris: [`${kreis}/`],
      backchannel_logout_uri: `${kreis}/back-channel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
  cookies: { keys: ['a key of the tests'] },
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
  },
  // Its own calls nothing on loopback, where kreis is here.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id) }),
  // Made anew at each start, so that a restart rotates them.
  jwks: { keys: [key.export({ format: 'jwk' })] },
  pkce: { required: () => true },
});

provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
