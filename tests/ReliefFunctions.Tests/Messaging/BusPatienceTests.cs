using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;

namespace ReliefFunctions.Tests.Messaging;

/// <summary>How often a bus is asked that does not answer.</summary>
public class BusPatienceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task After_one_wait_everybody_is_refused_at_once_until_the_pause_is_over()
    {
        var (patience, asked) = (new BusPatience(Patience, TimeSpan.FromHours(1)), 0);
        for (var i = 0; i < 20; i++) await Assert.ThrowsAsync<BusUnavailableException>(() => patience.AskAsync(SilentAsync, default));
        Assert.Equal(1, asked);

        async Task<int> SilentAsync(CancellationToken ct)
        {
            asked++;
            await Task.Delay(Timeout.Infinite, ct);
            return 0;
        }
    }

    [Fact]
    public async Task When_the_pause_is_over_one_tries_and_all_ask_again_once_it_was_answered()
    {
        var patience = new BusPatience(Patience, TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<BusUnavailableException>(() => patience.AskAsync(SilentAsync, default));
        await Task.Delay(150);

        var answer = new TaskCompletionSource<int>();
        var trying = patience.AskAsync(_ => answer.Task, default);
        await Assert.ThrowsAsync<BusUnavailableException>(() => patience.AskAsync(_ => Task.FromResult(1), default));
        answer.SetResult(7);
        Assert.Equal(7, await trying);
        for (var i = 0; i < 3; i++) Assert.Equal(i, await patience.AskAsync(_ => Task.FromResult(i), default));
    }

    [Fact]
    public async Task A_question_that_cannot_be_interrupted_is_left_alone()
    {
        var patience = new BusPatience(Patience, TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<BusUnavailableException>(() => patience.AskAsync(_ => new TaskCompletionSource<int>().Task, default)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Somebody_who_goes_away_says_nothing_about_the_bus()
    {
        var patience = new BusPatience(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        using var gone = new CancellationTokenSource(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patience.AskAsync(SilentAsync, gone.Token));
        Assert.Equal(1, await patience.AskAsync(_ => Task.FromResult(1), default));
    }

    [Fact]
    public async Task A_failure_that_comes_at_once_makes_nobody_else_wait()
    {
        var patience = new BusPatience(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<BusUnavailableException>(() => patience.AskAsync<int>(_ => throw new Azure.Messaging.ServiceBus.ServiceBusException("nobody there", Azure.Messaging.ServiceBus.ServiceBusFailureReason.ServiceCommunicationProblem), default));
            Assert.Contains("nobody there", failure.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<int> SilentAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.Infinite, ct);
        return 0;
    }
}
