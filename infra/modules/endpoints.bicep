// Private endpoints with the DNS zones that lead to them.
param location string
param tags object
param networkId string
param subnetId string
param dataStorageId string
param hostStorageId string
param busId string

var storageSuffix = environment().suffixes.storage
var busZone = environment().name == 'AzureChinaCloud' ? 'privatelink.servicebus.chinacloudapi.cn' : 'privatelink.servicebus.windows.net'

var zones = {
  blob: 'privatelink.blob.${storageSuffix}'
  table: 'privatelink.table.${storageSuffix}'
  queue: 'privatelink.queue.${storageSuffix}'
  file: 'privatelink.file.${storageSuffix}'
  namespace: busZone
}

var links = [
  { name: 'data-blob', target: dataStorageId, group: 'blob' }
  { name: 'data-table', target: dataStorageId, group: 'table' }
  { name: 'host-blob', target: hostStorageId, group: 'blob' }
  { name: 'host-table', target: hostStorageId, group: 'table' }
  { name: 'host-queue', target: hostStorageId, group: 'queue' }
  { name: 'host-file', target: hostStorageId, group: 'file' }
  { name: 'bus', target: busId, group: 'namespace' }
]

resource dnsZones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for zone in items(zones): {
  name: zone.value
  location: 'global'
  tags: tags
}]

resource dnsLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (zone, i) in items(zones): {
  parent: dnsZones[i]
  name: 'link'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for link in links: {
  name: 'pe-${link.name}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [{ name: link.name, properties: { privateLinkServiceId: link.target, groupIds: [link.group] } }]
  }
}]

resource endpointZones 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for (link, i) in links: {
  parent: endpoints[i]
  name: 'default'
  dependsOn: [dnsZones]
  properties: {
    privateDnsZoneConfigs: [{ name: link.group, properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zones[link.group]) } }]
  }
}]
