import type { components } from '../api/schema'
import { texts } from '../i18n'
import { words } from '../office/words'

/** Words of the set-up that several pages say. */
export const setupWords = texts({
  kind: '类别', code: '代码', township: '乡镇街道', police: '公安', urbanManagement: '城管', rescueStation: '救助站', department: '其他部门', allUnits: '全部单位',
  blue: '蓝', yellow: '黄', orange: '橙', red: '红', title: '名称', note: '来源、说明', from: '从哪一天起用', fromHint: '不填即登记后立即生效', xlsx: 'Excel（.xlsx）',
  patrols: '街面巡查', nightPatrols: '夜间巡查', pointsDue: '应巡点位', pointsPatrolled: '已巡点位', pointRounds: '点位遍数', villagesDue: '应排查村（社区）',
  villagesSearched: '已排查村（社区）', aided: '救助合计', aidedInside: '站内救助', aidedOutside: '站外救助',
  aidedInHospital: '送医救治', vulnerable: '未成年人、老年人、残疾人', handedOver: '护送并书面交接', identified: '查明身份', returnedHome: '接送返乡', placed: '落户、安置',
  leads: '求助及线索', leadsSettled: '已处置线索', hazardsFound: '新发现隐患', hazards: '未整改隐患', incidents: '重大情况', matter: '需区级协调事项',
}, {
  kind: 'Kind', code: 'Code', township: 'Township', police: 'Police', urbanManagement: 'Urban management', rescueStation: 'Rescue station',
  department: 'Other department', allUnits: 'All units',
  blue: 'Blue', yellow: 'Yellow', orange: 'Orange', red: 'Red', title: 'Name', note: 'Source, note', from: 'Holds from', fromHint: 'Blank: at once',
  xlsx: 'Excel (.xlsx)',
  patrols: 'Patrols', nightPatrols: 'Night patrols', pointsDue: 'Points due', pointsPatrolled: 'Points patrolled', pointRounds: 'Rounds of points',
  villagesDue: 'Villages due', villagesSearched: 'Villages searched', aided: 'Aided', aidedInside: 'Aided inside', aidedOutside: 'Aided outside',
  aidedInHospital: 'Taken to hospital', vulnerable: 'Minors, elderly, disabled', handedOver: 'Handed over in writing', identified: 'Identified',
  returnedHome: 'Returned home', placed: 'Placed', leads: 'Leads', leadsSettled: 'Leads settled', hazardsFound: 'Hazards found',
  hazards: 'Hazards open', incidents: 'Incidents', matter: 'Matters for the district',
})

type Schemas = components['schemas']

export const unitKinds = ['township', 'police', 'urbanManagement', 'rescueStation', 'department'] as const satisfies readonly Schemas['UnitKind'][]
export const intensities = ['routine', 'heightened', 'intensive', 'roundTheClock'] as const satisfies readonly Schemas['PatrolIntensity'][]
export const levels = ['blue', 'yellow', 'orange', 'red'] as const
export const meanings = [
  'patrols', 'nightPatrols', 'pointsDue', 'pointsPatrolled', 'pointRounds', 'villagesDue', 'villagesSearched', 'aided', 'aidedInside', 'aidedOutside',
  'aidedInHospital',
  'vulnerable', 'handedOver', 'identified', 'returnedHome', 'placed', 'leads', 'leadsSettled', 'hazardsFound', 'hazards', 'incidents', 'matter',
] as const satisfies readonly Schemas['FieldMeaning'][]

/** What a choice offers, in the language at hand. */
export const options = {
  unitKinds: () => unitKinds.map((kind) => [kind, setupWords[kind]] as const),
  intensities: () => intensities.map((each) => [each, words[each]] as const),
  meanings: () => meanings.map((each) => [each, setupWords[each]] as const),
}

/** A time of day as people write it. */
export const clockText = (time: string) => time.slice(0, 5)
