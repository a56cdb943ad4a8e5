// A province: about 100 districts and 1,700 units on one deployment, data in three zones, behind private endpoints.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'relief')
param location = readEnvironmentVariable('AZURE_LOCATION', 'eastasia')
param hosting = 'flex'
param maximumInstances = 100
param instanceMemory = 4096
param privateNetworking = true
param storageRedundancy = 'Standard_ZRS'
param logRetentionDays = 365
param operatorKeySha256 = readEnvironmentVariable('RELIEF_OPERATOR_KEY_SHA256', '')
param operatorMails = empty(readEnvironmentVariable('RELIEF_OPERATOR_MAIL', '')) ? [] : [readEnvironmentVariable('RELIEF_OPERATOR_MAIL', '')]
param monthlyBudget = int(readEnvironmentVariable('RELIEF_MONTHLY_BUDGET', '1500'))
