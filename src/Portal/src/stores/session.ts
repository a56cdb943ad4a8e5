import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { onUnauthenticated, sessionBegins } from '../api/client'
import { ApiProblem } from '../api/problem'
import { session as calls, type Me } from '../api/session'
import { forgetStart, opened, start } from '../api/start'
import { showIn } from '../app/time'
import type { components } from '../api/schema'

type Campaign = components['schemas']['Campaign']

const kept = 'relief.me', keptSeason = 'relief.season'
/** A session that ends so soon after its beginning never was kept by the browser. */
const notKeptMs = 15_000

/** Who is signed in, and in which campaign they work. Without a line the last answer holds, so that pages open offline. */
export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>()
  const campaign = shallowRef<Campaign>()
  const season = ref(read<string>(keptSeason))
  /** Set when the API no longer knew who called: what was typed is kept, and the person signs in again. */
  const expired = ref(false)
  /** Set beside it when the browser did not keep the session that had just begun. */
  const notKept = ref(false)
  let began = -Infinity

  /** The campaign at hand: the one chosen, else the latest. */
  const place = computed(() => {
    const all = me.value?.campaigns ?? []
    const here = all.find((each) => `${each.district}/${each.season}` === season.value) ?? all[0]
    return here ? { ...here, unit: me.value?.unit ?? '' } : undefined
  })

  let asked: Promise<void> | undefined
  /** Ends when the API itself has said who is signed in, or cannot be asked. */
  const known = () => asked

  /** Asks once who is signed in. Whoever was the last time is shown their page at once; the answer may still send them to sign in. */
  async function load(): Promise<Me | null> {
    if (me.value !== undefined) return me.value
    const last = read<Me>(kept)
    const before = last ?? undefined
    asked = start().then((brought) => {
      // Whoever has signed out or in meanwhile is not who was meant.
      if (me.value === before) take(brought.me)
    }).catch((e: unknown) => {
      if (e instanceof ApiProblem && e.status === 401) {
        if (!last && me.value === before) take(null)
      } else if (!last) throw e
    })
    if (last) take(last)
    else await asked
    return me.value ?? null
  }

  /** Somebody has just signed in. */
  function begin(who: Me) {
    sessionBegins()
    forgetStart()
    began = performance.now()
    take(who)
  }

  function take(who: Me | null) {
    me.value = who
    expired.value = false
    write(kept, who)
    if (who) void loadCampaign()
    else {
      campaign.value = undefined
      forgetStart()
    }
  }

  async function loadCampaign() {
    const here = place.value
    if (!here) return
    const isHere = (each?: Campaign | null) => each?.district === here.district && each.season === here.season
    const key = `relief.campaign.${here.district}/${here.season}`
    if (!isHere(campaign.value)) show(read<Campaign>(key) ?? undefined)
    try {
      const now = await opened('campaign', here) ?? await calls.campaign(here.district, here.season)
      write(key, now)
      show(now)
    } catch {
      // What was kept stands.
    }
    function show(which?: Campaign) {
      campaign.value = which
      if (which?.timeZone) showIn(which.timeZone)
    }
  }

  /** Works in that campaign from now on; false when it is none of this person's. */
  function choose(district: string, which: string): boolean {
    if (!me.value?.campaigns.some((each) => each.district === district && each.season === which)) return false
    if (place.value?.district === district && place.value.season === which) return true
    season.value = `${district}/${which}`
    write(keptSeason, season.value)
    void loadCampaign()
    return true
  }

  async function signOut(everywhere = false) {
    try {
      await (everywhere ? calls.signOutEverywhere() : calls.signOut())
    } catch (e) {
      // A session that has ended already is what was asked for; one that cannot be reached goes on, and the person is told.
      if (!(e instanceof ApiProblem && (e.status === 401 || e.status === 404))) throw e
    }
    take(null)
  }

  onUnauthenticated(() => {
    if (!me.value) return
    me.value = null
    write(kept, null)
    notKept.value = performance.now() - began < notKeptMs
    expired.value = true
  })

  return { me, place, campaign, expired, notKept, load, known, begin, take, choose, signOut }
})

function read<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null') as T | null
  } catch {
    return null
  }
}

function write(name: string, value: unknown) {
  try {
    if (value === null || value === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // Kept for this page only.
  }
}
