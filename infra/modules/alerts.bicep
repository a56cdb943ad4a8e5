// What an operator is woken for; docs/operations.md says of each what to look at and what to do.
param environmentName string
param location string
param tags object
param operatorMails array
param busId string
param insightsId string
param healthUrl string
param monthlyBudget int
param budgetStart string

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${environmentName}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'relief'
    enabled: true
    emailReceivers: [for (mail, i) in operatorMails: { name: 'operator-${i}', emailAddress: mail, useCommonAlertSchema: true }]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'A message that nobody could handle waits as a dead letter.'
    severity: 1
    enabled: true
    scopes: [busId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead letters'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Maximum'
        }
      ]
    }
    actions: [{ actionGroupId: operators.id }]
  }
}

// The metrics that the product measures of itself, by the names of its code; a test compares them.
var queries = [
  {
    name: 'feed-silent'
    severity: 1
    description: 'A weather feed has given no valid answer for two hours.'
    query: 'customMetrics | where name == "relief.feed.age" | summarize age = arg_max(timestamp, value) by feed = tostring(customDimensions["relief.feed"]) | where value > 7200'
  }
  {
    name: 'round-the-clock-unacknowledged'
    severity: 0
    description: 'A notice of round-the-clock patrols (全天候) is still not acknowledged.'
    query: 'customMetrics | where name == "relief.notices.unacknowledged" and tostring(customDimensions["relief.intensity"]) == "RoundTheClock" | summarize arg_max(timestamp, value) by district = tostring(customDimensions["relief.district"]) | where value > 0'
  }
  {
    name: 'outbox-late'
    severity: 1
    description: 'The oldest message that waits to be sent is older than ten minutes.'
    query: 'customMetrics | where name == "relief.outbox.age" | summarize arg_max(timestamp, value) | where value > 600'
  }
  {
    name: 'summary-failed'
    severity: 2
    description: 'A summary could not be compiled.'
    query: 'customMetrics | where name == "relief.summaries.failed" | where valueSum > 0'
  }
]

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for alert in queries: {
  name: alert.name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: alert.name
    description: alert.description
    severity: alert.severity
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        { query: alert.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0, failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 } }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: [operators.id] }
  }
}]

// Asked from outside every five minutes: an app that does not run cannot tell of itself.
resource ping 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'health'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'health'
    Name: 'health'
    Enabled: true
    Frequency: 300
    Timeout: 60
    Kind: 'standard'
    RetryEnabled: true
    Locations: [{ Id: 'apac-hk-hkn-azr' }, { Id: 'apac-sg-sin-azr' }, { Id: 'apac-jp-kaw-edge' }]
    Request: { RequestUrl: healthUrl, HttpVerb: 'GET' }
    ValidationRules: { ExpectedHttpStatusCode: 200 }
  }
}

resource pingFailed 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'health'
  location: 'global'
  tags: tags
  properties: {
    description: 'The product does not answer from outside.'
    severity: 0
    enabled: true
    scopes: [ping.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: ping.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: operators.id }]
  }
}

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = if (monthlyBudget > 0) {
  name: 'month'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStart }
    notifications: {
      nearly: { enabled: true, operator: 'GreaterThan', threshold: 80, thresholdType: 'Actual', contactEmails: operatorMails, contactGroups: [operators.id] }
      forecast: { enabled: true, operator: 'GreaterThan', threshold: 120, thresholdType: 'Forecasted', contactEmails: operatorMails, contactGroups: [operators.id] }
    }
  }
}
