import { describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'

describe('a refusal', () => {
  it('keeps the words of the API, its places and its last word of type', () => {
    const problem = new ApiProblem(422, {
      type: 'urn:relieffunctions:problem:invalid', title: '内容未通过校验', detail: '有 1 处需要修改。',
      errors: [{ message: 'A01：应填整数。', fix: '只填数字。', cell: 'E12', field: 'A01' }], correlationId: 'c1',
    })
    expect([problem.code, problem.title, problem.detail, problem.errors[0]?.cell]).toEqual(['invalid', '内容未通过校验', '有 1 处需要修改。', 'E12'])
  })

  it.each([null, undefined, 'x', 7, [], { errors: 'none', title: 3 }])('says something whatever was answered: %j', (body) => {
    const problem = new ApiProblem(502, body)
    expect([problem.message, problem.title, problem.errors]).toEqual(['HTTP 502', 'HTTP 502', []])
  })
})
