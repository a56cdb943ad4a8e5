// A district: 25 units, one campaign. Values come from the azd environment.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'relief')
param location = readEnvironmentVariable('AZURE_LOCATION', 'eastasia')
param hosting = 'flex'
param operatorKeySha256 = readEnvironmentVariable('RELIEF_OPERATOR_KEY_SHA256', '')
param operatorMails = empty(readEnvironmentVariable('RELIEF_OPERATOR_MAIL', '')) ? [] : [readEnvironmentVariable('RELIEF_OPERATOR_MAIL', '')]
param monthlyBudget = int(readEnvironmentVariable('RELIEF_MONTHLY_BUDGET', '50'))
