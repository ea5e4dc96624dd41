// A vault, its secrets and who may read them.
targetScope = 'resourceGroup'

@description('Where it runs.')
@allowed(['test', 'prod'])
param stage string = 'test'
@secure()
param password string
param tags { owner: string, cost: int? } = { owner: 'team-a', cost: 3 }

var names = [for i in range(0, 3): 'n-${i}']
var one = stage == 'prod' ? names[0] : 'n\'s ${toLower(tags.owner)}!'

resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = if (stage != 'none') {
  name: 'kv-${stage}-${uniqueString(resourceGroup().id)}'
  location: resourceGroup().location
  tags: union(tags, {
    'a.b/c': '''
two
lines'''
  })
  properties: {
    tenantId: subscription().tenantId
    enableRbacAuthorization: true, enableSoftDelete: !false
    sku: { family: 'A', name: 'standard' }
    ...extra
  }

  resource secret 'secrets' = {
    name: 'db'
    properties: {
      value: password
      attributes: { exp: -1 }
    }
  }
}

resource old 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'old'
  scope: resourceGroup('other')
}

resource many 'Microsoft.Storage/storageAccounts@2023-01-01' = [for (name, i) in names: {
  name: name
  properties: {
    allowSharedKeyAccess: i > 1 || kv.properties.?enabled ?? false
  }
}]

module net './net.bicep' = {
  name: 'net'
  params: { id: kv::secret.id, list: map(names, n => toUpper(n)) }
}
@export()
type kind =
  | 'a'
  | 'b'
func short(text string) string =>
  toLower(replace (text, '-', ''))
#disable-next-line outputs-should-not-contain-secrets
output key string = many[0].listKeys().keys[0].value
