using Microsoft.Extensions.Time.Testing;

namespace LocalServiceBus.Tests;

/// <summary>A broker of its own for each test, with one queue or topic for each way an entity can be set up.</summary>
public static class TestBus
{
    public const string Queue = "orders";
    public const string ThreeTries = "three-tries";
    public const string Duplicates = "no-duplicates";
    public const string Expiring = "expiring";
    public const string Vanishing = "vanishing";
    public const string Topic = "notices";
    public const string DuplicatesTopic = "notices-once";
    public const string All = "notices/Subscriptions/all";
    public const string Orange = "notices/Subscriptions/orange";
    public const string Huaxi = "notices/Subscriptions/huaxi";

    /// <summary>Of every lock.</summary>
    public static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(30);

    /// <summary>Of duplicate detection.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    public static string DeadLetters(string entity) => entity + "/$deadletterqueue";

    public static Task<Broker> Start(TimeProvider? time = null, Action<BrokerOptions>? options = null)
    {
        var chosen = new BrokerOptions { TimeProvider = time };
        options?.Invoke(chosen);
        return Broker.StartAsync(BrokerConfiguration.Parse(Configuration), chosen);
    }

    /// <summary>
    /// A clock that stands still until it is moved. It starts now, since clients compare with their own clock, and on a
    /// full second, since AMQP rounds to milliseconds.
    /// </summary>
    public static FakeTimeProvider Clock() => new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));

    private const string Configuration = """
        {
          "UserConfig": {
            "Namespaces": [
              {
                "Name": "sbemulatorns",
                "Queues": [
                  { "Name": "orders", "Properties": { "LockDuration": "PT30S" } },
                  { "Name": "three-tries", "Properties": { "LockDuration": "PT30S", "MaxDeliveryCount": 3 } },
                  { "Name": "no-duplicates", "Properties": { "LockDuration": "PT30S", "RequiresDuplicateDetection": true, "DuplicateDetectionHistoryTimeWindow": "PT20S" } },
                  { "Name": "expiring", "Properties": { "LockDuration": "PT30S", "DefaultMessageTimeToLive": "PT1H", "DeadLetteringOnMessageExpiration": true } },
                  { "Name": "vanishing", "Properties": { "LockDuration": "PT30S", "DefaultMessageTimeToLive": "PT1H" } }
                ],
                "Topics": [
                  {
                    "Name": "notices",
                    "Subscriptions": [
                      { "Name": "all", "Properties": { "LockDuration": "PT30S" } },
                      {
                        "Name": "orange",
                        "Properties": { "LockDuration": "PT30S" },
                        "Rules": [ { "Name": "by-label", "Properties": { "FilterType": "Correlation", "CorrelationFilter": { "Label": "orange" } } } ]
                      },
                      {
                        "Name": "huaxi",
                        "Properties": { "LockDuration": "PT30S" },
                        "Rules": [
                          { "Name": "district", "Properties": { "FilterType": "Correlation", "CorrelationFilter": { "Properties": { "district": "520111", "intensity": 3 } } } },
                          { "Name": "addressed", "Properties": { "FilterType": "Correlation", "CorrelationFilter": { "To": "huaxi", "ContentType": "application/json" } } }
                        ]
                      }
                    ]
                  },
                  {
                    "Name": "notices-once",
                    "Properties": { "RequiresDuplicateDetection": true, "DuplicateDetectionHistoryTimeWindow": "PT20S" },
                    "Subscriptions": [ { "Name": "all" }, { "Name": "more" } ]
                  }
                ]
              }
            ],
            "Logging": { "Type": "File" }
          }
        }
        """;
}
