using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Stages;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Triggers;

/// <summary>One line per line of the route table; authorization is the pipeline's, by access key, and not the Functions host's.</summary>
public sealed class HttpFunctions(Api api)
{
    [Function(AccessEndpoints.CreateKeyName)]
    public Task<IResult> CreateKey([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = AccessEndpoints.KeysTemplate)] HttpRequest request) => Run(request, AccessEndpoints.CreateKeyName);

    [Function(AccessEndpoints.ListKeysName)]
    public Task<IResult> ListKeys([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = AccessEndpoints.KeysTemplate)] HttpRequest request) => Run(request, AccessEndpoints.ListKeysName);

    [Function(AccessEndpoints.RevokeKeyName)]
    public Task<IResult> RevokeKey([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = AccessEndpoints.KeyTemplate)] HttpRequest request) => Run(request, AccessEndpoints.RevokeKeyName);

    [Function(CampaignEndpoints.PutCampaignName)]
    public Task<IResult> PutCampaign([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = CampaignEndpoints.CampaignTemplate)] HttpRequest request) => Run(request, CampaignEndpoints.PutCampaignName);

    [Function(CampaignEndpoints.GetCampaignName)]
    public Task<IResult> GetCampaign([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = CampaignEndpoints.CampaignTemplate)] HttpRequest request) => Run(request, CampaignEndpoints.GetCampaignName);

    [Function(CampaignEndpoints.GetWeeksName)]
    public Task<IResult> GetWeeks([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = CampaignEndpoints.WeeksTemplate)] HttpRequest request) => Run(request, CampaignEndpoints.GetWeeksName);

    [Function(CampaignEndpoints.ExtendName)]
    public Task<IResult> ExtendCampaign([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = CampaignEndpoints.ExtensionTemplate)] HttpRequest request) => Run(request, CampaignEndpoints.ExtendName);

    [Function(CampaignEndpoints.PutUnitsName)]
    public Task<IResult> PutUnits([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = CampaignEndpoints.UnitsTemplate)] HttpRequest request) => Run(request, CampaignEndpoints.PutUnitsName);

    [Function(CampaignEndpoints.GetUnitsName)]
    public Task<IResult> GetUnits([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = CampaignEndpoints.UnitsTemplate)] HttpRequest request) => Run(request, CampaignEndpoints.GetUnitsName);

    [Function(AuditEndpoints.AuditName)]
    public Task<IResult> Audit([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = AuditEndpoints.AuditTemplate)] HttpRequest request) => Run(request, AuditEndpoints.AuditName);

    [Function(HostEndpoints.HealthName)]
    public Task<IResult> Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = HostEndpoints.HealthTemplate)] HttpRequest request) => Run(request, HostEndpoints.HealthName);

    [Function(HostEndpoints.OpenApiName)]
    public Task<IResult> OpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = HostEndpoints.OpenApiTemplate)] HttpRequest request) => Run(request, HostEndpoints.OpenApiName);

    [Function(DeadLetterEndpoints.ListName)]
    public Task<IResult> ListDeadLetters([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DeadLetterEndpoints.ListTemplate)] HttpRequest request) => Run(request, DeadLetterEndpoints.ListName);

    [Function(DeadLetterEndpoints.ResendName)]
    public Task<IResult> ResendDeadLetter([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = DeadLetterEndpoints.ResendTemplate)] HttpRequest request) => Run(request, DeadLetterEndpoints.ResendName);

    [Function(DeadLetterEndpoints.DropName)]
    public Task<IResult> DropDeadLetter([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = DeadLetterEndpoints.DropTemplate)] HttpRequest request) => Run(request, DeadLetterEndpoints.DropName);

    [Function(DeliveryEndpoints.GetChannelsName)]
    public Task<IResult> GetChannels([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DeliveryEndpoints.ChannelsTemplate)] HttpRequest request) => Run(request, DeliveryEndpoints.GetChannelsName);

    [Function(DeliveryEndpoints.PutChannelsName)]
    public Task<IResult> PutChannels([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = DeliveryEndpoints.ChannelsTemplate)] HttpRequest request) => Run(request, DeliveryEndpoints.PutChannelsName);

    [Function(DeliveryEndpoints.ListDeliveriesName)]
    public Task<IResult> ListDeliveries([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DeliveryEndpoints.DeliveriesTemplate)] HttpRequest request) => Run(request, DeliveryEndpoints.ListDeliveriesName);

    [Function(DeliveryEndpoints.ResendName)]
    public Task<IResult> Resend([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = DeliveryEndpoints.AgainTemplate)] HttpRequest request) => Run(request, DeliveryEndpoints.ResendName);

    [Function(DeliveryEndpoints.ListFailedName)]
    public Task<IResult> ListFailed([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DeliveryEndpoints.FailedTemplate)] HttpRequest request) => Run(request, DeliveryEndpoints.ListFailedName);

    [Function(NoticePageEndpoints.ShowName)]
    public Task<IResult> Show([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NoticePageEndpoints.PageTemplate)] HttpRequest request) => Run(request, NoticePageEndpoints.ShowName);

    [Function(NoticePageEndpoints.AcknowledgeName)]
    public Task<IResult> NoticePageAcknowledge([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = NoticePageEndpoints.PageTemplate)] HttpRequest request) => Run(request, NoticePageEndpoints.AcknowledgeName);

    [Function(QuarantineEndpoints.ListName)]
    public Task<IResult> ListPatrolQuarantine([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = QuarantineEndpoints.ListTemplate)] HttpRequest request) => Run(request, QuarantineEndpoints.ListName);

    [Function(QuarantineEndpoints.GetName)]
    public Task<IResult> GetQuarantinedInput([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = QuarantineEndpoints.InputTemplate)] HttpRequest request) => Run(request, QuarantineEndpoints.GetName);

    [Function(QuarantineEndpoints.PutBackName)]
    public Task<IResult> PutBackQuarantinedInput([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = QuarantineEndpoints.PutBackTemplate)] HttpRequest request) => Run(request, QuarantineEndpoints.PutBackName);

    [Function(QuarantineEndpoints.DropName)]
    public Task<IResult> DropQuarantinedInput([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = QuarantineEndpoints.DropTemplate)] HttpRequest request) => Run(request, QuarantineEndpoints.DropName);

    [Function(PatrolEndpoints.GetStateName)]
    public Task<IResult> GetState([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = PatrolEndpoints.StateTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.GetStateName);

    [Function(PatrolEndpoints.ListOrdersName)]
    public Task<IResult> ListOrders([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = PatrolEndpoints.OrdersTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.ListOrdersName);

    [Function(PatrolEndpoints.GetOrderName)]
    public Task<IResult> GetOrder([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = PatrolEndpoints.OrderTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.GetOrderName);

    [Function(PatrolEndpoints.GetInboxName)]
    public Task<IResult> GetInbox([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = PatrolEndpoints.InboxTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.GetInboxName);

    [Function(PatrolEndpoints.AcknowledgeName)]
    public Task<IResult> PatrolAcknowledge([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = PatrolEndpoints.AcknowledgementTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.AcknowledgeName);

    [Function(PatrolEndpoints.OverrideName)]
    public Task<IResult> Override([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = PatrolEndpoints.OverrideTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.OverrideName);

    [Function(PatrolEndpoints.LiftName)]
    public Task<IResult> Lift([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = PatrolEndpoints.LiftTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.LiftName);

    [Function(PatrolEndpoints.ConfirmName)]
    public Task<IResult> ConfirmPatrolProposal([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = PatrolEndpoints.ConfirmTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.ConfirmName);

    [Function(PatrolEndpoints.RejectName)]
    public Task<IResult> RejectPatrolProposal([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = PatrolEndpoints.RejectTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.RejectName);

    [Function(PatrolEndpoints.SendDrillName)]
    public Task<IResult> SendDrill([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = PatrolEndpoints.DrillsTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.SendDrillName);

    [Function(PatrolEndpoints.ListDrillsName)]
    public Task<IResult> ListDrills([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = PatrolEndpoints.DrillsTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.ListDrillsName);

    [Function(PatrolEndpoints.SimulateName)]
    public Task<IResult> Simulate([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = PatrolEndpoints.SimulateTemplate)] HttpRequest request) => Run(request, PatrolEndpoints.SimulateName);

    [Function(PolicyEndpoints.PutPolicyName)]
    public Task<IResult> PutPolicy([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = PolicyEndpoints.PolicyTemplate)] HttpRequest request) => Run(request, PolicyEndpoints.PutPolicyName);

    [Function(PolicyEndpoints.GetPolicyName)]
    public Task<IResult> GetPolicy([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = PolicyEndpoints.PolicyTemplate)] HttpRequest request) => Run(request, PolicyEndpoints.GetPolicyName);

    [Function(SummaryEndpoints.ListName)]
    public Task<IResult> SummaryList([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SummaryEndpoints.ListTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.ListName);

    [Function(SummaryEndpoints.RequestName)]
    public Task<IResult> Request([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = SummaryEndpoints.SummaryTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.RequestName);

    [Function(SummaryEndpoints.StatusName)]
    public Task<IResult> Status([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SummaryEndpoints.RequestTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.StatusName);

    [Function(SummaryEndpoints.VersionsName)]
    public Task<IResult> Versions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SummaryEndpoints.VersionsTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.VersionsName);

    [Function(SummaryEndpoints.DownloadsName)]
    public Task<IResult> SummaryDownloads([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SummaryEndpoints.DownloadsTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.DownloadsName);

    [Function(SummaryEndpoints.FileName)]
    public Task<IResult> File([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SummaryEndpoints.FileTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.FileName);

    [Function(SummaryEndpoints.LinkName)]
    public Task<IResult> SummaryLink([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = SummaryEndpoints.LinksTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.LinkName);

    [Function(SummaryEndpoints.LinkedFileName)]
    public Task<IResult> LinkedSummary([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SummaryEndpoints.LinkedFileTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.LinkedFileName);

    [Function(SummaryEndpoints.MattersName)]
    public Task<IResult> Matters([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SummaryEndpoints.MattersTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.MattersName);

    [Function(SummaryEndpoints.MatterName)]
    public Task<IResult> Matter([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = SummaryEndpoints.MatterTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.MatterName);

    [Function(SummaryEndpoints.OutlookName)]
    public Task<IResult> Outlook([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = SummaryEndpoints.OutlookTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.OutlookName);

    [Function(SummaryEndpoints.AreaName)]
    public Task<IResult> SummaryArea([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = SummaryEndpoints.AreaTemplate)] HttpRequest request) => Run(request, SummaryEndpoints.AreaName);

    [Function(WeatherEndpoints.ReceiveAlertsName)]
    public Task<IResult> ReceiveAlerts([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = WeatherEndpoints.AlertsTemplate)] HttpRequest request) => Run(request, WeatherEndpoints.ReceiveAlertsName);

    [Function(WeatherEndpoints.ListAlertsName)]
    public Task<IResult> ListAlerts([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = WeatherEndpoints.AlertsTemplate)] HttpRequest request) => Run(request, WeatherEndpoints.ListAlertsName);

    [Function(WeatherEndpoints.GetPayloadName)]
    public Task<IResult> GetPayload([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = WeatherEndpoints.PayloadTemplate)] HttpRequest request) => Run(request, WeatherEndpoints.GetPayloadName);

    [Function(FormEndpoints.PutFormName)]
    public Task<IResult> PutForm([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = FormEndpoints.FormTemplate)] HttpRequest request) => Run(request, FormEndpoints.PutFormName);

    [Function(FormEndpoints.GetFormName)]
    public Task<IResult> FormGetForm([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = FormEndpoints.FormTemplate)] HttpRequest request) => Run(request, FormEndpoints.GetFormName);

    [Function(ReportEndpoints.PutReportName)]
    public Task<IResult> PutReport([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = ReportEndpoints.ReportTemplate)] HttpRequest request) => Run(request, ReportEndpoints.PutReportName);

    [Function(ReportEndpoints.GetReportName)]
    public Task<IResult> GetReport([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.ReportTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetReportName);

    [Function(ReportEndpoints.GetBoardName)]
    public Task<IResult> GetBoard([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.BoardTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetBoardName);

    [Function(ReportEndpoints.GetCallListName)]
    public Task<IResult> GetCallList([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.CallListTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetCallListName);

    [Function(ReportEndpoints.GetFormName)]
    public Task<IResult> ReportGetForm([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.FormTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetFormName);

    [Function(ReportEndpoints.GetVersionsName)]
    public Task<IResult> GetVersions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.VersionsTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetVersionsName);

    [Function(ReportEndpoints.GetVersionName)]
    public Task<IResult> GetVersion([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.VersionTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetVersionName);

    [Function(ReportEndpoints.GetOriginalName)]
    public Task<IResult> GetOriginal([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.OriginalTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetOriginalName);

    [Function(ReportEndpoints.GetReceiptName)]
    public Task<IResult> GetReceipt([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.ReceiptTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetReceiptName);

    [Function(ReportEndpoints.AcceptName)]
    public Task<IResult> ReportAccept([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = ReportEndpoints.AcceptTemplate)] HttpRequest request) => Run(request, ReportEndpoints.AcceptName);

    [Function(ReportEndpoints.ReturnName)]
    public Task<IResult> ReportReturn([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = ReportEndpoints.ReturnTemplate)] HttpRequest request) => Run(request, ReportEndpoints.ReturnName);

    [Function(ReportEndpoints.ConfirmName)]
    public Task<IResult> Confirm([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = ReportEndpoints.ConfirmTemplate)] HttpRequest request) => Run(request, ReportEndpoints.ConfirmName);

    [Function(ReportEndpoints.WaiverName)]
    public Task<IResult> Waiver([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = ReportEndpoints.WaiverTemplate)] HttpRequest request) => Run(request, ReportEndpoints.WaiverName);

    [Function(ReportEndpoints.PutScanName)]
    public Task<IResult> PutScan([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = ReportEndpoints.ScanTemplate)] HttpRequest request) => Run(request, ReportEndpoints.PutScanName);

    [Function(ReportEndpoints.GetScanName)]
    public Task<IResult> GetScan([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReportEndpoints.ScanTemplate)] HttpRequest request) => Run(request, ReportEndpoints.GetScanName);

    [Function(DraftEndpoints.PutName)]
    public Task<IResult> PutDraft([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = DraftEndpoints.DraftTemplate)] HttpRequest request) => Run(request, DraftEndpoints.PutName);

    [Function(DraftEndpoints.GetName)]
    public Task<IResult> GetDraft([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DraftEndpoints.DraftTemplate)] HttpRequest request) => Run(request, DraftEndpoints.GetName);

    [Function(DraftEndpoints.DeleteName)]
    public Task<IResult> DeleteDraft([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = DraftEndpoints.DraftTemplate)] HttpRequest request) => Run(request, DraftEndpoints.DeleteName);

    [Function(SeasonEndpoints.BatchName)]
    public Task<IResult> Batch([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = SeasonEndpoints.BatchTemplate)] HttpRequest request) => Run(request, SeasonEndpoints.BatchName);

    [Function(SeasonEndpoints.ExportName)]
    public Task<IResult> Export([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = SeasonEndpoints.ExportTemplate)] HttpRequest request) => Run(request, SeasonEndpoints.ExportName);

    [Function(SeasonEndpoints.ImportName)]
    public Task<IResult> Import([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = SeasonEndpoints.ImportTemplate)] HttpRequest request) => Run(request, SeasonEndpoints.ImportName);

    [Function(StageEndpoints.PutName)]
    public Task<IResult> Put([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = StageEndpoints.StageTemplate)] HttpRequest request) => Run(request, StageEndpoints.PutName);

    [Function(StageEndpoints.GetName)]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = StageEndpoints.StageTemplate)] HttpRequest request) => Run(request, StageEndpoints.GetName);

    [Function(StageEndpoints.ListName)]
    public Task<IResult> StageList([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = StageEndpoints.StagesTemplate)] HttpRequest request) => Run(request, StageEndpoints.ListName);

    [Function(StageEndpoints.VersionsName)]
    public Task<IResult> StageVersions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = StageEndpoints.VersionsTemplate)] HttpRequest request) => Run(request, StageEndpoints.VersionsName);

    [Function(StageEndpoints.DocumentName)]
    public Task<IResult> Document([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = StageEndpoints.DocumentTemplate)] HttpRequest request) => Run(request, StageEndpoints.DocumentName);

    [Function(StageEndpoints.AcceptName)]
    public Task<IResult> StageAccept([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = StageEndpoints.AcceptTemplate)] HttpRequest request) => Run(request, StageEndpoints.AcceptName);

    [Function(StageEndpoints.ReturnName)]
    public Task<IResult> StageReturn([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = StageEndpoints.ReturnTemplate)] HttpRequest request) => Run(request, StageEndpoints.ReturnName);

    private Task<IResult> Run(HttpRequest request, string route) => api.RunAsync(request.HttpContext, ApiRoutes.Named(route));
}
