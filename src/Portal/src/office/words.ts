import { counted, texts } from '../i18n'

/** Words of the desk that several pages say. */
export const words = texts({
  week: (number: number) => `第${number}周`,
  unit: '单位', state: '状态', version: '版次', time: '时间', reason: '理由', note: '备注', by: '经办', actions: '操作', phone: '电话', name: '姓名', role: '角色',
  accepted: '通过', submitted: '已报', returned: '退回', notReported: '未报', waiting: '待报', late: '迟报', zero: '零报告', notExpected: '不应报',
  lateBy: (minutes: number) => minutes < 60 ? `迟${minutes}分` : minutes < 2880 ? `迟${Math.round(minutes / 60)}时` : `迟${Math.round(minutes / 1440)}天`,
  questions: (count: number) => `${count} 处疑问`,
  rate: '报送率', of: (a: number, b: number) => `${a}/${b}`,
  download: '下载', open: '打开', save: '保存', cancel: '取消', add: '添加', remove: '移除', send: '发送', close: '收起', refresh: '刷新', search: '查找', more: '再看一些',
  all: '全部', print: '打印',
  previous: '上一周', next: '下一周', saved: '已保存。', notYet: '尚未', yes: '是', no: '否', none: '无',
  decidedBy: '决定人', decidedByHint: '姓名或职务', until: '期限', reasonHint: '最长 60 字',
  noCampaign: '本区还没有专项行动。', setUp: '去设置',
  routine: '常态', heightened: '加强', intensive: '强化', roundTheClock: '全天候',
}, {
  week: (number: number) => `Week ${number}`,
  unit: 'Unit', state: 'State', version: 'Version', time: 'Time', reason: 'Reason', note: 'Note', by: 'By', actions: 'Actions', phone: 'Phone', name: 'Name',
  role: 'Role',
  accepted: 'Accepted', submitted: 'Submitted', returned: 'Returned', notReported: 'Missing', waiting: 'Due', late: 'Late', zero: 'Zero report',
  notExpected: 'Not expected',
  lateBy: (minutes: number) => minutes < 60 ? `${minutes} min late` : minutes < 2880 ? `${Math.round(minutes / 60)} h late` : `${Math.round(minutes / 1440)} d late`,
  questions: (count: number) => counted(count, 'question'),
  rate: 'Reported', of: (a: number, b: number) => `${a}/${b}`,
  download: 'Download', open: 'Open', save: 'Save', cancel: 'Cancel', add: 'Add', remove: 'Remove', send: 'Send', close: 'Close', refresh: 'Refresh',
  search: 'Search', more: 'More', all: 'All', print: 'Print',
  previous: 'Previous week', next: 'Next week', saved: 'Saved.', notYet: 'Not yet', yes: 'Yes', no: 'No', none: 'None',
  decidedBy: 'Decided by', decidedByHint: 'Name or office', until: 'Until', reasonHint: 'At most 60 characters',
  noCampaign: 'This district has no campaign yet.', setUp: 'Set up',
  routine: 'Routine', heightened: 'Heightened', intensive: 'Intensive', roundTheClock: 'Round the clock',
})

const sources = texts<Record<string, string>>({
  cap: 'CAP 电报', qweather: '和风天气', caiyun: '彩云天气', nmc: '中央气象台', nws: 'NWS', weathercn: '中国天气网', text: '办公室贴入', 'open-meteo': 'Open-Meteo',
}, {
  cap: 'CAP message', qweather: 'QWeather', caiyun: 'Caiyun', nmc: 'National Meteorological Centre', nws: 'NWS', weathercn: 'weather.com.cn',
  text: 'pasted text', 'open-meteo': 'Open-Meteo',
})
/** Where an alert came from. */
export const sourceName = (source: string) => sources[source] ?? source
