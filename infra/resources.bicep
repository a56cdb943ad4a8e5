// What stands in the resource group.
param environmentName string
param location string
param tags object
param hosting string
param maximumInstances int
param instanceMemory int
param busTier string
param busCapacity int
param privateNetworking bool
param storageRedundancy string
param logRetentionDays int
param operatorMails array
param monthlyBudget int
param budgetStart string
param linksBaseUrl string
@secure()
param operatorKeySha256 string
param extraSettings object

// Names of storage accounts and namespaces are global.
var suffix = uniqueString(subscription().id, resourceGroup().id, location)

// One identity for the app: its roles stand before it starts.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-${environmentName}'
  location: location
  tags: tags
}

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  params: { environmentName: environmentName, location: location, tags: tags, hosting: hosting }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    dataName: 'strelief${suffix}'
    hostName: 'sthost${suffix}'
    location: location
    tags: tags
    redundancy: storageRedundancy
    hosting: hosting
    privateNetworking: privateNetworking
    principalId: identity.properties.principalId
  }
}

module bus 'modules/bus.bicep' = {
  name: 'bus'
  params: {
    name: 'sb-relief-${suffix}'
    location: location
    tags: tags
    tier: busTier
    capacity: busCapacity
    privateNetworking: privateNetworking
    principalId: identity.properties.principalId
  }
}

module endpoints 'modules/endpoints.bicep' = if (privateNetworking) {
  name: 'endpoints'
  params: {
    location: location
    tags: tags
    networkId: network!.outputs.networkId
    subnetId: network!.outputs.endpointSubnetId
    dataStorageId: storage.outputs.dataId
    hostStorageId: storage.outputs.hostId
    busId: bus.outputs.busId
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    retentionDays: logRetentionDays
    principalId: identity.properties.principalId
    busId: bus.outputs.busId
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  // Behind private endpoints the app can start only when they stand.
  dependsOn: [endpoints]
  params: {
    name: 'func-${environmentName}-${suffix}'
    location: location
    tags: tags
    hosting: hosting
    maximumInstances: maximumInstances
    instanceMemory: instanceMemory
    identityId: identity.id
    clientId: identity.properties.clientId
    dataStorageName: storage.outputs.dataName
    hostStorageName: storage.outputs.hostName
    deploymentContainer: storage.outputs.deploymentContainer
    busHost: bus.outputs.host
    applicationInsightsConnection: monitoring.outputs.connectionString
    subnetId: privateNetworking ? network!.outputs.appSubnetId : ''
    linksBaseUrl: linksBaseUrl
    operatorKeySha256: operatorKeySha256
    extraSettings: extraSettings
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    operatorMails: operatorMails
    busId: bus.outputs.busId
    insightsId: monitoring.outputs.insightsId
    healthUrl: 'https://${app.outputs.hostName}/api/v1/health'
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
  }
}

output url string = 'https://${app.outputs.hostName}'
output appName string = app.outputs.name
output storageName string = storage.outputs.dataName
output busHost string = bus.outputs.host
