namespace LocalServiceBus.Entities;

/// <summary>All entities by address. Addresses ignore case and may be full URLs or start with a slash.</summary>
internal sealed class EntityDirectory : IDisposable
{
    private readonly Dictionary<string, object> _entities = new(StringComparer.OrdinalIgnoreCase);

    internal EntityDirectory(BrokerConfiguration configuration, TimeProvider time, FaultSwitches faults, long maxSize)
    {
        foreach (var (name, settings) in configuration.Queues)
        {
            Add(new QueueEntity(name, settings, time, faults, maxSize));
        }

        foreach (var topic in configuration.Topics)
        {
            var subscriptions = new List<Subscription>();
            foreach (var (name, settings, rules) in topic.Subscriptions)
            {
                var queue = new QueueEntity($"{topic.Name}/Subscriptions/{name}", settings, time, faults, long.MaxValue);
                Add(queue);
                subscriptions.Add(new Subscription(name, queue, rules));
            }

            _entities[topic.Name] = new TopicEntity(topic.Name, topic.Settings, subscriptions, time, maxSize);
        }
    }

    /// <summary>A <see cref="QueueEntity"/> or a <see cref="TopicEntity"/>; null if there is none.</summary>
    internal object? Find(string address) => _entities.GetValueOrDefault(Normalize(address));

    /// <summary>Queues, subscriptions and their dead-letter subqueues.</summary>
    internal IEnumerable<QueueEntity> AllQueues() => _entities.Values.OfType<QueueEntity>().Distinct();

    internal static string Normalize(string address)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "sb" or "amqp" or "amqps")
        {
            address = Uri.UnescapeDataString(uri.AbsolutePath);
        }

        return address.Trim('/');
    }

    public void Dispose()
    {
        foreach (var entity in _entities.Values.OfType<IDisposable>())
        {
            entity.Dispose();
        }
    }

    private void Add(QueueEntity queue)
    {
        _entities[queue.Address] = queue;
        _entities[queue.DeadLetters!.Address] = queue.DeadLetters;
    }
}
