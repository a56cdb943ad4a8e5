// A real issuer for the tests: reads its settings as JSON from the command line, says "ready" when it listens, and ends with its input.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { port, callback, keys } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const groups = { 'wang-fang': ['office'], 'li-ming': ['unit'], stranger: [] };

const provider = new Provider(issuer, {
  clients: [
    { client_id: 'relief', client_secret: 'relief-secret', redirect_uris: [callback], token_endpoint_auth_method: 'client_secret_post' },
    { client_id: 'program', client_secret: 'program-secret', redirect_uris: [], response_types: [], grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' },
  ],
  jwks: { keys },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name', 'groups', 'unit'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: { 'wang-fang': '王芳', 'li-ming': '李明' }[id] ?? id, groups: groups[id] ?? [], unit: '520111101' }) }),
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({ audience: resource, scope: 'api', accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
    },
  },
  extraTokenClaims: (_, token) => (token.kind === 'ClientCredentials' ? { roles: ['board.read'] } : undefined),
});
const server = createServer(provider.callback()).listen(port, '127.0.0.1', () => console.log('ready'));
process.stdin.resume().on('end', () => { server.close(); process.exit(0); });
