// Two accounts: the product's data, reached by identity alone; and the Functions host's own.
@minLength(3)
@maxLength(24)
param dataName string
@minLength(3)
@maxLength(24)
param hostName string
param location string
param tags object
param redundancy string
param hosting string
param privateNetworking bool
param principalId string

// The product's tables and containers stand beside its queues and topics; a test compares them with the code.
var entities = loadJsonContent('../entities.json')['x-storage']
var tables = entities.Tables
var containers = entities.Containers
var deployments = 'deployments'

var roles = {
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
}

var shared = {
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  allowBlobPublicAccess: false
  defaultToOAuthAuthentication: true
  publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
  networkAcls: { defaultAction: privateNetworking ? 'Deny' : 'Allow', bypass: 'AzureServices' }
}

resource data 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: dataName
  location: location
  tags: tags
  sku: { name: redundancy }
  kind: 'StorageV2'
  properties: union(shared, { allowSharedKeyAccess: false })
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: data
  name: 'default'
  properties: {
    // What somebody deletes by mistake can be brought back for a month.
    deleteRetentionPolicy: { enabled: true, days: 30 }
    containerDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource dataContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [for name in containers: {
  parent: blobs
  name: name
  properties: { publicAccess: 'None' }
}]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: data
  name: 'default'
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [for name in tables: {
  parent: tableService
  name: name
}]

resource containerRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (name, i) in containers: {
  scope: dataContainers[i]
  name: guid(data.id, 'container', name, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
  }
}]

resource tableRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (name, i) in tables: {
  scope: dataTables[i]
  name: guid(data.id, 'table', name, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableContributor)
  }
}]

resource host 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: hostName
  location: location
  tags: tags
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
  // Premium and Consumption mount their code from a file share, which takes a key only. No data of the product is in this account.
  properties: union(shared, { allowSharedKeyAccess: hosting != 'flex' })
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: host
  name: 'default'
}

resource deploymentContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: hostBlobs
  name: deployments
  properties: { publicAccess: 'None' }
}

// The host makes its own containers, queues and tables: leases of timers, secrets, diagnostics.
resource hostRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in [roles.blobOwner, roles.queueContributor, roles.tableContributor]: {
  scope: host
  name: guid(host.id, role, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

output dataId string = data.id
output dataName string = data.name
output hostId string = host.id
output hostName string = host.name
output deploymentContainer string = deploymentContainer.name
