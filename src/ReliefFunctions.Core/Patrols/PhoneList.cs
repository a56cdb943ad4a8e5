using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Whom the office can call in a unit, by name and number.</summary>
internal static class PhoneList
{
    private static readonly string[] Chain = [Contact.StandBy, Contact.ShiftLeader, Contact.Leader];

    /// <summary>The people of a role, or else everybody of the escalation's chain, or else all there are; numbers that are not known are said to be.</summary>
    public static string Of(Unit unit, string? role = null)
    {
        var asked = role is null ? [] : unit.Contacts.Where(contact => contact.Role == role || contact.Name == role).ToList();
        if (asked.Count == 0) asked = [.. unit.Contacts.Where(contact => Chain.Contains(contact.Role))];
        if (asked.Count == 0) asked = [.. unit.Contacts];
        return asked.Count == 0 ? $"{unit.Name}没有登记联系人" : $"{unit.Name}：{string.Join("、", asked.Select(Line))}";
    }

    private static string Line(Contact contact)
    {
        var name = contact.Name.Contains(contact.Role, StringComparison.Ordinal) ? contact.Role : contact.Role + contact.Name;
        return $"{name} {(string.IsNullOrWhiteSpace(contact.Phone) ? "未登记电话" : contact.Phone)}";
    }
}
