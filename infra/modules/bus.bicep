// The namespace with the entities of infra/entities.json, which LocalServiceBus reads too.
param name string
param location string
param tags object
param tier string
param capacity int
param privateNetworking bool
param principalId string

var entities = loadJsonContent('../entities.json').UserConfig.Namespaces[0]
var queues = entities.Queues
var topics = entities.Topics

// Each topic's one subscription; further subscribers bring their own.
var subscriptions = flatten(map(topics, topic => map(topic.Subscriptions, subscription => {
  topic: topic.Name
  name: subscription.Name
  properties: subscription.Properties
})))

var roles = {
  sender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  receiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
}

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: tier == 'Premium' ? { name: 'Premium', tier: 'Premium', capacity: capacity } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
  }
}

resource busQueues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [for queue in queues: {
  parent: bus
  name: queue.Name
  properties: {
    lockDuration: queue.Properties.LockDuration
    maxDeliveryCount: queue.Properties.MaxDeliveryCount
    defaultMessageTimeToLive: queue.Properties.DefaultMessageTimeToLive
    deadLetteringOnMessageExpiration: queue.Properties.DeadLetteringOnMessageExpiration
    requiresDuplicateDetection: queue.Properties.RequiresDuplicateDetection
    duplicateDetectionHistoryTimeWindow: queue.Properties.?DuplicateDetectionHistoryTimeWindow
    requiresSession: queue.Properties.RequiresSession
  }
}]

resource busTopics 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = [for topic in topics: {
  parent: bus
  name: topic.Name
  properties: {
    defaultMessageTimeToLive: topic.Properties.DefaultMessageTimeToLive
    requiresDuplicateDetection: topic.Properties.RequiresDuplicateDetection
    duplicateDetectionHistoryTimeWindow: topic.Properties.DuplicateDetectionHistoryTimeWindow
  }
}]

resource busSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [for subscription in subscriptions: {
  name: '${bus.name}/${subscription.topic}/${subscription.name}'
  dependsOn: [busTopics]
  properties: {
    lockDuration: subscription.properties.LockDuration
    maxDeliveryCount: subscription.properties.MaxDeliveryCount
    defaultMessageTimeToLive: subscription.properties.DefaultMessageTimeToLive
    deadLetteringOnMessageExpiration: subscription.properties.DeadLetteringOnMessageExpiration
    requiresSession: subscription.properties.RequiresSession
  }
}]

resource queueSenders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (queue, i) in queues: {
  scope: busQueues[i]
  name: guid(bus.id, queue.Name, roles.sender, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.sender)
  }
}]

resource queueReceivers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (queue, i) in queues: {
  scope: busQueues[i]
  name: guid(bus.id, queue.Name, roles.receiver, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.receiver)
  }
}]

resource topicSenders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (topic, i) in topics: {
  scope: busTopics[i]
  name: guid(bus.id, topic.Name, roles.sender, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.sender)
  }
}]

resource subscriptionReceivers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (subscription, i) in subscriptions: {
  scope: busSubscriptions[i]
  name: guid(bus.id, subscription.topic, subscription.name, roles.receiver, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.receiver)
  }
}]

output busId string = bus.id
output busName string = bus.name

@description('Host name of the namespace, whatever the cloud.')
output host string = replace(replace(bus.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
