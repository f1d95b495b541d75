import { getOAuthProtectedResourceMetadataUrl } from '@modelcontextprotocol/server';
import { READ_SCOPE, WRITE_SCOPE } from '../../../application/principal.ts';

/** Which authorization server gives tokens for this server (RFC 9728), and where that stands. */
export interface ResourceMetadata {
  readonly url: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** What a client needs to get a token by itself. */
export function resourceMetadata(url: URL, issuer: string): ResourceMetadata {
  return {
    url: getOAuthProtectedResourceMetadataUrl(url),
    document: {
      resource: url.href,
      authorization_servers: [issuer],
      scopes_supported: [READ_SCOPE, WRITE_SCOPE],
      bearer_methods_supported: ['header'],
      resource_name: 'dokku-mcp',
    },
  };
}
