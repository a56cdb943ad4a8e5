import { counted, texts } from '../i18n'

/** What the desk's shared pieces say. */
export const deskWords = texts({
  back: '设置', open: '修改', remove: '移除', up: '上移', down: '下移', row: (text: string, row: number) => `${text} ${row}`, addRow: '添加一行', nothing: '没有。',
  version: (n: number) => (n === 0 ? '默认' : `第 ${n} 版`), which: '看哪一版', edit: '在这一版上修改', editStandard: '在默认内容上修改',
  saveAs: (n: number) => `另存为第 ${n} 版`, saved: (n: number) => `第 ${n} 版已登记，还没有启用。`,
  editing: (n: number) => `正在修改，将另存为第 ${n} 版`, resumed: '上次没有保存的修改还在，可以接着改。',
  taken: (n: number) => `第 ${n} 版刚由别人登记。您的修改还在，将另存为下一版；与那一版的不同列在下面，请核对后再保存。`,
  compareWith: '与哪一版比较', compared: '有哪些不同', same: '没有不同。', added: '新增', removed: '去掉', changed: '改动', blank: '（空）', parts: '本页内容',
  leave: '有修改还没有保存。离开这一页吗？', stay: '留在这里', discard: '不保存，离开', all: '全部', faults: (n: number) => `有 ${n} 处要改，已在页面上标出。`,
  first: '名称与适用', changedByOthers: '别人刚保存过', theirs: '别人改成', mine: '您写的', keptYours: '您的修改还在。两边都改了的列在下面，按您写的保留；核对后再保存一次。',
}, {
  back: 'Set-up', open: 'Edit', remove: 'Remove', up: 'Move up', down: 'Move down', row: (text: string, row: number) => `${text} ${row}`,
  addRow: 'Add a row', nothing: 'None.',
  version: (n: number) => (n === 0 ? 'Standard' : `Version ${n}`), which: 'Which version', edit: 'Edit this version',
  editStandard: 'Edit the standard', saveAs: (n: number) => `Save as version ${n}`, saved: (n: number) => `Version ${n} is stored, not yet in use.`,
  editing: (n: number) => `Editing; it is saved as version ${n}`, resumed: 'What you had not saved is still here.',
  taken: (n: number) => `Somebody else has just stored version ${n}. Your changes are still here and become the next version; what differs from theirs is listed below: check it and save again.`,
  compareWith: 'Compare with', compared: 'What differs', same: 'No difference.', added: 'New', removed: 'Gone', changed: 'Changed', blank: '(blank)',
  parts: 'On this page',
  leave: 'There are changes that are not saved. Leave this page?', stay: 'Stay', discard: 'Leave without saving', all: 'All',
  faults: (n: number) => `${counted(n, 'thing')} to mend, marked on this page.`,
  first: 'Name and validity', changedByOthers: 'Somebody else has just saved', theirs: 'They wrote', mine: 'You wrote',
  keptYours: 'Your changes are still here. What both of you changed is listed below and kept as you wrote it: check it and save again.',
})
