import { createSimulation } from './src/demo/index.ts';
import { openDemoPipeline } from './src/demo/testing/pipeline.ts';
const start = Date.UTC(2026,10,5,9,30);
const seconds = Number(process.argv[2] ?? 300);
const sim = createSimulation({ seed: process.argv[3] ?? 'skopos', start, rate: 40, speed: 1 });
const events = []; for (const e of sim) { if (e.at > start + seconds*1000) break; events.push(e); }
const p = await openDemoPipeline(start);
console.time('pipeline'); const played = await p.play(events); console.timeEnd('pipeline');
const none = played.filter(x => x.message === null || x.problem !== null); console.log('failed', none.length, none.slice(0,5).map(x=>[x.problem,x.event.line]));
const errs = played.filter(x => x.message?.enrichment_errors); console.log('errors', errs.length, errs.slice(0,3).map(x=>x.message.enrichment_errors));
const alerts = played.filter(x => x.message?.is_alert === 'true');
const by = {};
for (const a of alerts) { const m=a.message; const k = `${a.event.story} | ${a.event.sensor} | ${m['threat.triage.score']} | ${m['threat.triage.rules.0.name']}`; (by[k] ??= {n:0, first: Math.round((a.event.at-start)/1000), reason: []}); by[k].n++; by[k].reason.length<2 && by[k].reason.push(m['threat.triage.rules.0.reason']); if (m['threat.triage.rules.1.reason']) by[k].also = m['threat.triage.rules.1.reason']; }
console.log(Object.keys(by).sort().map(k=>k+' ×'+by[k].n+' @'+by[k].first+'s\n      '+by[k].reason.join('\n      ')+(by[k].also?'\n   also '+by[k].also:'')).join('\n'));
const benign = played.filter(x=>x.event.story===null); console.log('benign', benign.length, 'alerts', benign.filter(x=>x.message?.is_alert==='true').length);
if (process.argv[4]) console.log(played.find(x=>x.event.story===process.argv[4]&&x.message?.is_alert)?.message);
await p.close();
