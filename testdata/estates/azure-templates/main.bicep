// Every line with a comment behind it is a finding.
param stage string = 'production'
param shared bool

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'app-${stage}'
  location: resourceGroup().location
  tags: { owner: 'team-shop' }

  resource github 'federatedIdentityCredentials' = {
    name: 'github'
    properties: {
      issuer: 'https://token.actions.githubusercontent.com'
      subject: 'repo:example/shop:environment:production'
      audiences: [ 'api://AzureADTokenExchange' ]
    }
  }
}

resource keeper 'Microsoft.Authorization/roleAssignments@2022-04-01' = { // nothing: the group is the scope
  name: guid(app.id)
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')
  }
}

resource images 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  name: 'images'
  location: resourceGroup().location
  sku: { name: 'Premium' }
  properties: {
    adminUserEnabled: true // local authentication
    anonymousPullEnabled: false
  }
}

resource files 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'files'
  location: resourceGroup().location
  kind: 'StorageV2'
  properties: {
    allowSharedKeyAccess: shared
    allowBlobPublicAccess: true // anyone
  }
}

resource site 'Microsoft.Web/sites@2023-01-01' = { // no identity
  name: 'site'
  location: resourceGroup().location
  properties: {
    clientCertEnabled: true
  }
}

resource worker 'Microsoft.Web/sites@2023-01-01' = {
  name: 'worker'
  location: resourceGroup().location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${app.id}': {}
    }
  }
  properties: {
    clientCertEnabled: true
  }
  resource signIn 'config' = {
    name: 'authsettingsV2'
    properties: { platform: { enabled: true } }
  }
}

resource send 'Microsoft.ServiceBus/namespaces/AuthorizationRules@2022-10-01-preview' = { // static key
  name: 'orders/send'
  properties: { rights: [ 'Manage', 'Send', 'Listen' ] }
}
