import { locale } from '../i18n'

/** What was done, by the code that stands in the trail. */
const said: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'access.refused': ['被拒绝', 'Refused'], 'area.put': ['登记市（州）、省', 'City or province entered'], 'campaign.extended': ['顺延', 'Campaign prolonged'],
  'campaign.put': ['修改专项行动', 'Campaign changed'], 'channels.put': ['修改通知渠道', 'Channels changed'], 'daily.submitted': ['报每日一报', 'Report a day filed'],
  'daily-report-policy.put': ['登记每日一报规则', 'Rules for the report a day stored'], 'dead-letter.dropped': ['移除未能处理的消息', 'Dead letter dropped'],
  'dead-letter.resent': ['重发未能处理的消息', 'Dead letter sent again'], 'delivery.resent': ['重发通知', 'Notice sent again'], 'file.taken': ['下载文件', 'File downloaded'],
  'form.put': ['登记表样', 'Form stored'], 'incident.acknowledged': ['签收突发情况', 'Incident acknowledged'], 'incident.joined': ['合并突发情况', 'Incidents joined'],
  'incident.photo-added': ['上传照片', 'Photo added'], 'incident.photo-deleted': ['删除照片', 'Photo deleted'], 'incident.photo-seen': ['查看照片', 'Photo looked at'],
  'incident.photos-deleted': ['照片到期删除', 'Photos deleted in time'], 'incident.reported': ['报突发情况', 'Incident reported'],
  'incident.followUp': ['续报', 'Incident followed up'], 'incident.final': ['核报', 'Incident closed'], 'incident.correction': ['更正突发情况', 'Incident corrected'],
  'incident.falseAlarm': ['报误报', 'False alarm'], 'incident.separated': ['拆开突发情况', 'Incidents separated'],
  'incident-policy.put': ['登记重大情况报送规则', 'Rules for incidents stored'], 'invitation.made': ['制作邀请', 'Invitation made'],
  'invitation.redeemed': ['凭邀请登录', 'Invitation used'], 'invitation.revoked': ['收回邀请', 'Invitation taken back'], 'key.created': ['发放密钥', 'Key issued'],
  'key.revoked': ['作废密钥', 'Key revoked'], 'key.rotated': ['更换密钥', 'Key replaced'], 'matter.decided': ['办理提请事项', 'Matter decided'],
  'notice.acknowledged': ['签收巡查通知', 'Notice acknowledged'], 'patrol.alert.withdrawn': ['撤回误发的预警', 'Warning withdrawn'], 'patrol.drill': ['通联测试', 'Drill'],
  'patrol.override': ['人工决定', 'Override'], 'patrol.override.lifted': ['撤销人工决定', 'Override lifted'], 'patrol.order': ['下达巡查指令', 'Patrol order'],
  'patrol-decision': ['巡查判断', 'Patrol decision'], 'patrol.proposal.confirmed': ['确认待定指令', 'Proposal confirmed'],
  'patrol.proposal.rejected': ['驳回待定指令', 'Proposal rejected'], 'patrol.quarantine.dropped': ['移除隔离内容', 'Quarantined input dropped'],
  'patrol.quarantine.put-back': ['放回隔离内容', 'Quarantined input put back'], 'patrol.question.answered': ['答复系统询问', 'Question answered'],
  'person.left': ['离岗', 'Has left'], 'policy.put': ['登记巡查方案', 'Patrol policy stored'], 'report.accepted': ['审核通过', 'Report accepted'],
  'report.lock-waived': ['允许锁定后补报', 'Lock waived'], 'report.reminded': ['催报', 'Reminder'], 'report.returned': ['退回周报', 'Report returned'],
  'report.scan': ['上传盖章件', 'Stamped scan'], 'report.submitted': ['报送周报', 'Report filed'], 'report.warnings-confirmed': ['确认数据无误', 'Warnings confirmed'],
  'roster.put': ['上传名册', 'Roster uploaded'], 'session.began': ['登录', 'Signed in'], 'session.ended': ['退出', 'Signed out'],
  'session.ended-everywhere': ['在所有设备退出', 'Signed out everywhere'], 'stage.submitted': ['报阶段材料', 'Stage report filed'],
  'stage.accepted': ['阶段材料通过', 'Stage report accepted'], 'stage.returned': ['退回阶段材料', 'Stage report returned'],
  'summary.compiled': ['编制汇总', 'Summary compiled'], 'summary.downloaded': ['下载汇总', 'Summary downloaded'],
  'summary.last-season': ['登记上年同期', 'Season before entered'], 'summary.linked': ['生成分享链接', 'Link shared'],
  'summary.outlook': ['写下周安排', 'Outlook written'], 'summary.requested': ['要求编制', 'Summary asked for'], 'units.put': ['修改单位', 'Units changed'],
}

/** A trail's code in words; one that is not known stays as it is. */
export const auditText = (code: string) => pick(said, code) ?? code

/** Clocks and the like that act by themselves. */
const actors: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'SummaryClock': ['系统（汇总）', 'System (summaries)'], 'ReportClock': ['系统（周报）', 'System (reports)'], 'PatrolClock': ['系统（巡查）', 'System (patrols)'],
  'IncidentClock': ['系统（突发情况）', 'System (incidents)'], 'DailyClock': ['系统（每日一报）', 'System (report a day)'], 'patrol-decision': ['系统（巡查判断）', 'System (patrols)'],
}

/** Who did it: a person's name, else whose key it was, else the system. */
export const actorText = (actor: string, key?: string) => key ?? pick(actors, actor) ?? actor

/** Members as they stand in the trail. */
const members: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  name: ['名称', 'name'], role: ['角色', 'role'], unit: ['单位', 'unit'], scope: ['范围', 'scope'], kind: ['类别', 'kind'], aliases: ['别名', 'other names'],
  contacts: ['联系人', 'contacts'], keyPoints: ['重点点位', 'key points'],
  opens: ['开始报送', 'opens'], closes: ['停止报送', 'closes'], highestPoint: ['最高海拔', 'highest point'],
  order: ['排序', 'order'], office: ['办公室', 'office'], start: ['开始', 'start'], end: ['结束', 'end'], calendar: ['日程', 'calendar'], forms: ['表样', 'forms'],
  policyVersion: ['巡查方案版本', 'policy version'], basis: ['依据', 'basis'], extension: ['顺延', 'extension'], districtName: ['区县', 'district'],
  district: ['区划代码', 'division'], season: ['年度', 'season'], state: ['状态', 'state'], version: ['版次', 'version'], title: ['标题', 'title'], url: ['网址', 'address'],
  events: ['催报也发', 'events'], quietFrom: ['免打扰从', 'quiet from'], quietTo: ['免打扰到', 'quiet until'], revision: ['指令号', 'order'], units: ['各单位', 'units'],
  reason: ['理由', 'reason'], revokedAt: ['作废时间', 'revoked'], expiresAt: ['到期', 'ends'], id: ['编号', 'id'], code: ['代码', 'code'], source: ['来源', 'source'],
}
/** Values that are words of the program. */
const values: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  unitReporter: ['单位信息员', 'unit reporter'], campaignOffice: ['办公室', 'office'],
  leader: ['领导', 'leader'], feed: ['预警接入', 'feed'], operator: ['系统管理员', 'operator'],
  township: ['乡镇街道', 'township'], police: ['公安', 'police'], urbanManagement: ['城管', 'urban management'], rescueStation: ['救助站', 'rescue station'],
  department: ['其他部门', 'department'], routine: ['常态', 'routine'], heightened: ['加强', 'heightened'], intensive: ['强化', 'intensive'],
  roundTheClock: ['全天候', 'round the clock'], submitted: ['已报', 'submitted'],
  accepted: ['通过', 'accepted'], returned: ['退回', 'returned'], weCom: ['企业微信', 'WeCom'],
  dingTalk: ['钉钉', 'DingTalk'], feishu: ['飞书', 'Feishu'], webhook: ['短信网关', 'webhook'], true: ['是', 'yes'], false: ['否', 'no'], key: ['凭密钥', 'by key'],
  invitation: ['凭邀请', 'by invitation'],
}
const pick = (table: Readonly<Record<string, readonly [string, string]>>, name: string) => table[name]?.[locale.value === 'en' ? 1 : 0]

/** A detail in which roles stand by their name in the program. */
export const detailText = (what: string, detail?: string | null) => (detail && /^(key|invitation|session)\./.test(what)
  ? detail.split(' ').map((part) => pick(values, part.charAt(0).toLowerCase() + part.slice(1)) ?? part).join(' ') : detail ?? '')

/** What differs between two states of something, member by member; what is no whole JSON, such as a text that was cut, stays as it is. */
export function changesOf(entry: { before?: string | null, after?: string | null }): { name: string, before: string, after: string }[] {
  const [was, is] = [parsed(entry.before), parsed(entry.after)]
  if (!was || !is) return [{ name: '', before: entry.before ?? '', after: entry.after ?? '' }]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((name) => ({
    name: name.split('/').map((part) => pick(members, part) ?? pick(values, part) ?? part).join(' '), before: valueText(was[name]), after: valueText(is[name]),
  }))
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(valueText).join('、')
  if (typeof value === 'object') return Object.values(value).map(valueText).filter(Boolean).join(' ')
  return pick(values, String(value)) ?? String(value)
}

function parsed(text?: string | null): Record<string, unknown> | undefined {
  if (!text) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}
