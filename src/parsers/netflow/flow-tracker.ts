/**
 * Follows what exporters announce: templates and sampling rates, by exporter and observation domain. Makes of each datagram a record that
 * explains itself (flow-record.ts). A datagram whose template has not come yet waits for it; when it waits too long, or too many do, it is
 * handed on without, and the parser refuses what it cannot read, its bytes kept.
 *
 * Everything is bounded, since addresses of datagrams can be forged: domains (the one that was silent longest is forgotten), templates and
 * samplers of a domain, the bytes of all templates, and what waits.
 */
import { type DatagramHeader, flowVersion, readHeader, readSets } from './datagram.ts';
import { writeFlowRecord } from './flow-record.ts';
import { type SamplingReader, samplingReader } from './sampling.ts';
import { isTemplateSet, readTemplates, type Template, type TemplateSet } from './template.ts';

export interface FlowTrackerOptions {
  /** Exporters and their observation domains. Default 2048. */
  readonly maxDomains?: number;
  /** Templates of one domain. Default 512. */
  readonly maxTemplates?: number;
  /** Bytes of the templates of all domains, and of the texts made of them. Default 64 MiB. */
  readonly maxTemplateBytes?: number;
  /** Datagrams that wait for a template, in one domain. Default 256. */
  readonly maxWaiting?: number;
  /** Bytes of all datagrams that wait. Default 16 MiB. */
  readonly maxWaitingBytes?: number;
  /** How long one waits, milliseconds. Default 300000. */
  readonly waitMs?: number;
}

/** Gets a record for each datagram, at once or when its template has come. */
export type FlowRecordListener = (record: string, exporter: string, received: number) => void;

export interface FlowTrackerCounts {
  /** Datagrams that wait now. */
  waiting: number;
  waitingBytes: number;
  /** Bytes of templates and of their texts. */
  templateBytes: number;
  /** Datagrams whose template came later. */
  resolved: number;
  /** Datagrams that were handed on without their template. */
  unresolved: number;
  /** Domains that were forgotten to make room. */
  forgotten: number;
}

const maxSamplers = 256;
/** Bytes of the texts of one domain. */
const maxTextBytes = 1024 * 1024;

/** What is kept of a template: its fields take many times as much memory as its bytes, from which the parser reads them again. */
interface KnownTemplate extends Pick<Template, 'isOptions' | 'bytes'> {
  readonly sampling: SamplingReader | undefined;
}

interface Waiting {
  readonly data: Buffer;
  readonly received: number;
}

interface Domain {
  readonly key: string;
  readonly exporter: string;
  readonly templates: Map<number, KnownTemplate>;
  readonly sampling: Map<string, number>;
  samplingText: string;
  /** Templates as they stand beside datagrams, by the ids that are needed. */
  readonly texts: Map<string, string>;
  textBytes: number;
  /** Of the templates and the texts. */
  bytes: number;
  waiting: Waiting[];
  seen: number;
}

export class FlowTracker {
  readonly counts: FlowTrackerCounts = {
    waiting: 0,
    waitingBytes: 0,
    templateBytes: 0,
    resolved: 0,
    unresolved: 0,
    forgotten: 0,
  };
  readonly #listener: FlowRecordListener;
  readonly #maxDomains: number;
  readonly #maxTemplates: number;
  readonly #maxTemplateBytes: number;
  readonly #maxWaiting: number;
  readonly #maxWaitingBytes: number;
  readonly #waitMs: number;
  readonly #domains = new Map<string, Domain>();

  constructor(listener: FlowRecordListener, options: FlowTrackerOptions = {}) {
    this.#listener = listener;
    this.#maxDomains = options.maxDomains ?? 2048;
    this.#maxTemplates = options.maxTemplates ?? 512;
    this.#maxTemplateBytes = options.maxTemplateBytes ?? 64 * 1024 * 1024;
    this.#maxWaiting = options.maxWaiting ?? 256;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? 16 * 1024 * 1024;
    this.#waitMs = options.waitMs ?? 300_000;
  }

  get domains(): number {
    return this.#domains.size;
  }

  /** Takes a datagram, whose bytes must not change afterwards. Throws `ParseError` when it is none of NetFlow or IPFIX. */
  push(exporter: string, data: Buffer, now: number): void {
    const header = readHeader(data);
    if (header.version === 5) {
      this.#listener(writeFlowRecord(exporter, data, '', ''), exporter, now);
      return;
    }
    const domain = this.#domainOf(exporter, header, now);
    const { needed, missing, learned } = this.#look(domain, data, header, true);
    // Those that wait came before.
    if (learned && domain.waiting.length > 0) this.#resolve(domain);
    if (missing) this.#wait(domain, data, now);
    else this.#send(domain, data, needed, now);
    while (this.counts.templateBytes > this.#maxTemplateBytes && this.#domains.size > 1) this.#forgetOne();
  }

  /** Hands on what has waited too long. To be called now and then. */
  expire(now: number): void {
    for (const domain of this.#domains.values()) {
      while (domain.waiting.length > 0 && now - domain.waiting[0]!.received >= this.#waitMs)
        this.#giveUp(domain);
    }
  }

  /** Hands on all that waits. */
  flush(): void {
    for (const domain of this.#domains.values()) while (domain.waiting.length > 0) this.#giveUp(domain);
  }

  #domainOf(exporter: string, header: DatagramHeader, now: number): Domain {
    const key = `${exporter}|${header.version}|${header.domain}`;
    let domain = this.#domains.get(key);
    if (domain === undefined) {
      if (this.#domains.size >= this.#maxDomains) this.#forgetOne();
      domain = {
        key,
        exporter,
        templates: new Map(),
        sampling: new Map(),
        samplingText: '',
        texts: new Map(),
        textBytes: 0,
        bytes: 0,
        waiting: [],
        seen: now,
      };
      this.#domains.set(key, domain);
    }
    domain.seen = now;
    return domain;
  }

  #forgetOne(): void {
    let oldest: Domain | undefined;
    for (const domain of this.#domains.values())
      if (oldest === undefined || domain.seen < oldest.seen) oldest = domain;
    if (oldest === undefined) return;
    while (oldest.waiting.length > 0) this.#giveUp(oldest);
    this.#domains.delete(oldest.key);
    this.counts.templateBytes -= oldest.bytes;
    this.counts.forgotten++;
  }

  /**
   * Says which templates of earlier datagrams the data of this one need, and whether one of them is missing. `isNew`: it was not looked at
   * before. Only then are its templates learned: those of one that waited may have been replaced meanwhile.
   */
  #look(
    domain: Domain,
    data: Buffer,
    header: DatagramHeader,
    isNew: boolean,
  ): { needed: string; missing: boolean; learned: boolean } {
    const version = flowVersion(header.version);
    let own: Set<number> | undefined;
    let needed: number[] | undefined;
    let missing = false;
    let learned = false;
    readSets(data, header, (id, from, to) => {
      if (isTemplateSet(version, id)) {
        own ??= new Set();
        const set = readTemplates(data, from, to, version, version === 9 ? id === 1 : id === 3);
        for (const template of set.templates) own.add(template.id);
        if (isNew) learned = this.#learn(domain, set) || learned;
        return;
      }
      if (id < 256) return;
      const known = domain.templates.get(id);
      if (known?.sampling !== undefined) this.#learnSampling(domain, known.sampling, data, from, to);
      if (own?.has(id) === true) return;
      if (known === undefined) missing = true;
      else {
        needed ??= [];
        if (!needed.includes(id)) needed.push(id);
      }
    });
    return { needed: needed === undefined ? '' : needed.join(), missing, learned };
  }

  /**
   * Whether there is a template that was not there before. Withdrawals are passed over, since all this comes by UDP (RFC 7011, 8.4): anyone could
   * forge one.
   */
  #learn(domain: Domain, { templates }: TemplateSet): boolean {
    let learned = false;
    for (const template of templates) {
      const { id, isOptions, bytes } = template;
      const before = domain.templates.get(id);
      if (before?.isOptions === isOptions && before.bytes.equals(bytes)) continue;
      if (before === undefined && domain.templates.size >= this.#maxTemplates) continue;
      this.#setTemplate(domain, id, { isOptions, bytes, sampling: samplingReader(template) });
      learned = true;
    }
    return learned;
  }

  #setTemplate(domain: Domain, id: number, known: KnownTemplate): void {
    const before = domain.templates.get(id);
    domain.templates.set(id, known);
    this.#hold(domain, known.bytes.length - (before?.bytes.length ?? 0));
    this.#clearTexts(domain);
  }

  #clearTexts(domain: Domain): void {
    this.#hold(domain, -domain.textBytes);
    domain.textBytes = 0;
    domain.texts.clear();
  }

  #hold(domain: Domain, bytes: number): void {
    domain.bytes += bytes;
    this.counts.templateBytes += bytes;
  }

  #learnSampling(domain: Domain, reader: SamplingReader, data: Buffer, from: number, to: number): void {
    const { sampling } = domain;
    reader.read(data, from, to, (sampler, one) => {
      if (sampling.get(sampler) === one || (!sampling.has(sampler) && sampling.size >= maxSamplers)) return;
      sampling.set(sampler, one);
      domain.samplingText = JSON.stringify(Object.fromEntries(sampling));
    });
  }

  #send(domain: Domain, data: Buffer, needed: string, received: number): void {
    const templates = needed === '' ? '' : this.#textOf(domain, needed, data.readUInt16BE(0) === 9 ? 9 : 10);
    this.#listener(
      writeFlowRecord(domain.exporter, data, templates, domain.samplingText),
      domain.exporter,
      received,
    );
  }

  /** Sets of the templates whose ids are listed, as base64. */
  #textOf(domain: Domain, needed: string, version: 9 | 10): string {
    let text = domain.texts.get(needed);
    if (text !== undefined) return text;
    const sets: Buffer[] = [];
    for (const id of needed.split(',')) {
      const known = domain.templates.get(Number(id));
      if (known === undefined) continue;
      const header = Buffer.alloc(4);
      const { bytes, isOptions } = known;
      header.writeUInt16BE(version === 9 ? (isOptions ? 1 : 0) : isOptions ? 3 : 2, 0);
      header.writeUInt16BE(bytes.length + 4, 2);
      sets.push(header, bytes);
    }
    text = Buffer.concat(sets).toString('base64');
    const size = needed.length + text.length;
    if (domain.texts.size >= 1024 || domain.textBytes + size > maxTextBytes) this.#clearTexts(domain);
    if (size > maxTextBytes) return text;
    domain.texts.set(needed, text);
    domain.textBytes += size;
    this.#hold(domain, size);
    return text;
  }

  #wait(domain: Domain, data: Buffer, received: number): void {
    while (domain.waiting.length >= this.#maxWaiting) this.#giveUp(domain);
    if (this.counts.waitingBytes + data.length > this.#maxWaitingBytes) {
      this.#handOn(domain, data, received);
      return;
    }
    domain.waiting.push({ data, received });
    this.counts.waiting++;
    this.counts.waitingBytes += data.length;
  }

  /** Hands on those whose templates are all there now. */
  #resolve(domain: Domain): void {
    const { waiting } = domain;
    domain.waiting = [];
    for (const one of waiting) {
      const { needed, missing } = this.#look(domain, one.data, readHeader(one.data), false);
      if (missing) {
        domain.waiting.push(one);
        continue;
      }
      this.#release(one);
      this.counts.resolved++;
      this.#send(domain, one.data, needed, one.received);
    }
  }

  #giveUp(domain: Domain): void {
    const one = domain.waiting.shift();
    if (one === undefined) return;
    this.#release(one);
    this.#handOn(domain, one.data, one.received);
  }

  /** With the templates that are known; the parser refuses the sets of others. */
  #handOn(domain: Domain, data: Buffer, received: number): void {
    this.counts.unresolved++;
    const { needed } = this.#look(domain, data, readHeader(data), false);
    this.#send(domain, data, needed, received);
  }

  #release(one: Waiting): void {
    this.counts.waiting--;
    this.counts.waitingBytes -= one.data.length;
  }
}
