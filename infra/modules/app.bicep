// The function app and its plan.
param name string
param location string
param tags object
param hosting string
param maximumInstances int
param instanceMemory int
param identityId string
param clientId string
param dataStorageName string
param hostStorageName string
param deploymentContainer string
param busHost string
param applicationInsightsConnection string
param subnetId string
param linksBaseUrl string
@secure()
param operatorKeySha256 string
param extraSettings object

var flex = hosting == 'flex'
var storageSuffix = environment().suffixes.storage

var plan = {
  flex: { sku: { name: 'FC1', tier: 'FlexConsumption' }, kind: 'functionapp', reserved: true }
  premium: { sku: { name: 'EP1', tier: 'ElasticPremium' }, kind: 'elastic', reserved: true }
  // Consumption on Linux does not run .NET 10.
  consumption: { sku: { name: 'Y1', tier: 'Dynamic' }, kind: 'functionapp', reserved: false }
}[hosting]

resource hostStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostStorageName
}

var settings = {
  // The host's own storage, by identity.
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  // The product's data and bus, by the same identity.
  Storage__TableEndpoint: 'https://${dataStorageName}.table.${storageSuffix}'
  Storage__BlobEndpoint: 'https://${dataStorageName}.blob.${storageSuffix}'
  ServiceBus__fullyQualifiedNamespace: busHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: clientId
  AZURE_CLIENT_ID: clientId
  // “/” is the product's.
  AzureWebJobsDisableHomepage: 'true'
  Links__BaseUrl: empty(linksBaseUrl) ? 'https://${name}.${websiteSuffix}' : linksBaseUrl
  Access__OperatorKeySha256: operatorKeySha256
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${clientId}'
}

var websiteSuffix = environment().name == 'AzureChinaCloud' ? 'chinacloudsites.cn' : 'azurewebsites.net'

// Premium and Consumption name their worker by settings and mount their code with a key; Flex does both by itself.
var contentConnection = flex ? '' : 'DefaultEndpointsProtocol=https;AccountName=${hostStorageName};AccountKey=${hostStorage.listKeys().keys[0].value};EndpointSuffix=${storageSuffix}'
var olderPlans = flex ? {} : {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'
  WEBSITE_CONTENTAZUREFILECONNECTIONSTRING: contentConnection
  WEBSITE_CONTENTSHARE: toLower(name)
  WEBSITE_RUN_FROM_PACKAGE: '1'
}

resource servers 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: plan.kind
  sku: plan.sku
  properties: union({ reserved: plan.reserved }, hosting == 'premium' ? { maximumElasticWorkerCount: min(maximumInstances, 100) } : {})
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: plan.reserved ? 'functionapp,linux' : 'functionapp'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: servers.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    keyVaultReferenceIdentity: identityId
    functionAppConfig: flex ? {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: { maximumInstanceCount: max(maximumInstances, 40), instanceMemoryMB: instanceMemory }
    } : null
    siteConfig: union({
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      healthCheckPath: '/api/v1/health'
    }, flex ? {} : plan.reserved ? { linuxFxVersion: 'DOTNET-ISOLATED|10.0' } : { netFrameworkVersion: 'v10.0' })
  }
}

// Of its own, so that what a person sets in extraSettings wins over what stands here.
resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, olderPlans, extraSettings)
}

resource noBasicFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noBasicScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

output name string = app.name
output hostName string = app.properties.defaultHostName
