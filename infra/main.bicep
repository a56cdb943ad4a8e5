// ReliefFunctions in Azure: one resource group with all that the product needs. `azd up` runs this.
targetScope = 'subscription'

@description('Name of the deployment; it stands in every resource name.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('Azure region.')
param location string

@description('Flex Consumption where it is offered; Premium or Consumption elsewhere (Azure China among them).')
@allowed(['flex', 'premium', 'consumption'])
param hosting string = 'flex'

@description('Instances at most. A district never needs more than a few; a province meets 1,700 units on Monday afternoon.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('Memory of one Flex instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('Service Bus tier. Standard carries a province; a nation needs Premium, and so does private networking.')
@allowed(['Standard', 'Premium'])
param busTier string = 'Standard'

@description('Messaging units of a Premium namespace.')
@allowed([1, 2, 4, 8, 16])
param busCapacity int = 1

@description('Whether storage and bus are reached through private endpoints only.')
param privateNetworking bool = false

@description('Copies of the data: LRS, or ZRS where the region has zones.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS'])
param storageRedundancy string = 'Standard_LRS'

@description('Days that logs are kept; 180 at least by law (《网络安全法》第二十一条).')
@minValue(180)
@maxValue(730)
param logRetentionDays int = 180

@description('Who is told of alerts: mail addresses. None: the alerts exist, nobody is mailed.')
param operatorMails array = []

@description('What a month may cost, in the currency of the subscription, before the operators are told. 0: no budget (Azure China offers none).')
@minValue(0)
param monthlyBudget int = 0

@description('First month of the budget.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Scheme and host of the links in notices. Empty: the app’s own address.')
param linksBaseUrl string = ''

@description('SHA-256 (64 hex digits) of the first operator’s access key.')
@secure()
param operatorKeySha256 string = ''

@description('Further app settings, as local.settings.sample.json explains them: feeds, webhook hosts, sign-in.')
param extraSettings object = {}

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module resources 'resources.bicep' = {
  scope: group
  name: 'resources'
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    hosting: hosting
    maximumInstances: maximumInstances
    instanceMemory: instanceMemory
    busTier: privateNetworking ? 'Premium' : busTier
    busCapacity: busCapacity
    privateNetworking: privateNetworking
    storageRedundancy: storageRedundancy
    logRetentionDays: logRetentionDays
    operatorMails: operatorMails
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
    linksBaseUrl: linksBaseUrl
    operatorKeySha256: operatorKeySha256
    extraSettings: extraSettings
  }
}

@description('Where the product answers.')
output RELIEF_URL string = resources.outputs.url

@description('The function app.')
output RELIEF_APP string = resources.outputs.appName

@description('The account of tables and blobs; what the operator’s commands are given.')
output RELIEF_STORAGE_ACCOUNT string = resources.outputs.storageName

@description('The namespace; what the operator’s commands are given.')
output RELIEF_BUS string = resources.outputs.busHost
