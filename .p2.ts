import { openDuckdbIndex, encodeEvents } from './src/index/index.ts';
import * as B from './bench/index.bench.ts';
import fs from 'node:fs';
const N=300000,S=+process.argv[2]||5000; fs.rmSync('/tmp/idx/p2',{recursive:true,force:true});
const R=new B.Random(5); const all:any[]=[]; let msgs:any[][]=[];
for(let k=0;k<N;){const m=[];for(let j=0;j<S;j++,k++)m.push(B.event(k,R)); msgs.push(m);}
let c0=process.cpuUsage(),t=performance.now(); for(const m of msgs) all.push(encodeEvents('conn',m)); let c=process.cpuUsage(c0);
console.log('encode us/ev cpu',(c.user+c.system)/N,'wall',(performance.now()-t)*1000/N); msgs=[];
for (const seal of [10_000_000, 100_000]) {
const ix=await openDuckdbIndex('/tmp/idx/p2/'+seal,{sealRows:seal});
c0=process.cpuUsage();t=performance.now(); let k=0; for(const e of all){await ix.write([{events:[e],source:{topic:'t',partition:0,fromOffset:k,nextOffset:k+S}}]);k+=S;} c=process.cpuUsage(c0);
console.log('seal',seal,'write us/ev cpu',(c.user+c.system)/N,'wall',(performance.now()-t)*1000/N);
c0=process.cpuUsage();t=performance.now(); await ix.close(); c=process.cpuUsage(c0); console.log('close us/ev cpu',(c.user+c.system)/N,'wall ms',performance.now()-t);
}
