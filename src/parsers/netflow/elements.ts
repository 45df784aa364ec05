/**
 * Information elements of NetFlow v9 and IPFIX: what the numbers in templates mean.
 * Source: IANA, "IP Flow Information Export (IPFIX) Entities" (https://www.iana.org/assignments/ipfix); Cisco, "NetFlow Version 9 Flow-Record Format"; for Cisco's firewalls
 * "ASA NetFlow Implementation Guide" (33000 and following).
 */

/**
 * How a value is read. `unsigned`, `float`: numbers; `seconds`, `milliseconds`: times; `ntp`: a time in seconds and fraction since 1900 (RFC 7011, 6.1.9
 * and 6.1.10); `bytes`: anything else, as hex.
 */
export type ElementKind =
  | 'unsigned'
  | 'float'
  | 'boolean'
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'text'
  | 'seconds'
  | 'milliseconds'
  | 'ntp'
  | 'bytes';

export interface Element {
  /** Field name in messages. */
  readonly field: string;
  readonly kind: ElementKind;
}

const kinds: Readonly<Record<string, ElementKind>> = {
  u: 'unsigned',
  f: 'float',
  b: 'boolean',
  4: 'ipv4',
  6: 'ipv6',
  m: 'mac',
  s: 'text',
  t: 'seconds',
  T: 'milliseconds',
  N: 'ntp',
  x: 'bytes',
};

const list = `
1 octetDeltaCount u|2 packetDeltaCount u|3 deltaFlowCount u|4 protocolIdentifier u|5 ipClassOfService u|6 tcpControlBits u|7 sourceTransportPort u|8 sourceIPv4Address 4
9 sourceIPv4PrefixLength u|10 ingressInterface u|11 destinationTransportPort u|12 destinationIPv4Address 4|13 destinationIPv4PrefixLength u|14 egressInterface u
15 ipNextHopIPv4Address 4|16 bgpSourceAsNumber u|17 bgpDestinationAsNumber u|18 bgpNextHopIPv4Address 4|19 postMCastPacketDeltaCount u|20 postMCastOctetDeltaCount u
21 flowEndSysUpTime u|22 flowStartSysUpTime u|23 postOctetDeltaCount u|24 postPacketDeltaCount u|25 minimumIpTotalLength u|26 maximumIpTotalLength u
27 sourceIPv6Address 6|28 destinationIPv6Address 6|29 sourceIPv6PrefixLength u|30 destinationIPv6PrefixLength u|31 flowLabelIPv6 u|32 icmpTypeCodeIPv4 u|33 igmpType u
34 samplingInterval u|35 samplingAlgorithm u|36 flowActiveTimeout u|37 flowIdleTimeout u|38 engineType u|39 engineId u|40 exportedOctetTotalCount u
41 exportedMessageTotalCount u|42 exportedFlowRecordTotalCount u|43 ipv4RouterSc 4|44 sourceIPv4Prefix 4|45 destinationIPv4Prefix 4|46 mplsTopLabelType u
47 mplsTopLabelIPv4Address 4|48 samplerId u|49 samplerMode u|50 samplerRandomInterval u|51 classId u|52 minimumTTL u|53 maximumTTL u|54 fragmentIdentification u
55 postIpClassOfService u|56 sourceMacAddress m|57 postDestinationMacAddress m|58 vlanId u|59 postVlanId u|60 ipVersion u|61 flowDirection u|62 ipNextHopIPv6Address 6
63 bgpNextHopIPv6Address 6|64 ipv6ExtensionHeaders u|70 mplsTopLabelStackSection x|71 mplsLabelStackSection2 x|72 mplsLabelStackSection3 x|73 mplsLabelStackSection4 x
74 mplsLabelStackSection5 x|75 mplsLabelStackSection6 x|76 mplsLabelStackSection7 x|77 mplsLabelStackSection8 x|78 mplsLabelStackSection9 x|79 mplsLabelStackSection10 x
80 destinationMacAddress m|81 postSourceMacAddress m|82 interfaceName s|83 interfaceDescription s|84 samplerName s|85 octetTotalCount u|86 packetTotalCount u
87 flagsAndSamplerId u|88 fragmentOffset u|89 forwardingStatus u|90 mplsVpnRouteDistinguisher x|91 mplsTopLabelPrefixLength u|92 srcTrafficIndex u|93 dstTrafficIndex u
94 applicationDescription s|95 applicationId x|96 applicationName s|98 postIpDiffServCodePoint u|99 multicastReplicationFactor u|100 className s|101 classificationEngineId u
102 layer2packetSectionOffset u|103 layer2packetSectionSize u|104 layer2packetSectionData x|128 bgpNextAdjacentAsNumber u|129 bgpPrevAdjacentAsNumber u
130 exporterIPv4Address 4|131 exporterIPv6Address 6|132 droppedOctetDeltaCount u|133 droppedPacketDeltaCount u|134 droppedOctetTotalCount u|135 droppedPacketTotalCount u
136 flowEndReason u|137 commonPropertiesId u|138 observationPointId u|139 icmpTypeCodeIPv6 u|140 mplsTopLabelIPv6Address 6|141 lineCardId u|142 portId u
143 meteringProcessId u|144 exportingProcessId u|145 templateId u|146 wlanChannelId u|147 wlanSSID s|148 flowId u|149 observationDomainId u|150 flowStartSeconds t
151 flowEndSeconds t|152 flowStartMilliseconds T|153 flowEndMilliseconds T|154 flowStartMicroseconds N|155 flowEndMicroseconds N|156 flowStartNanoseconds N
157 flowEndNanoseconds N|158 flowStartDeltaMicroseconds u|159 flowEndDeltaMicroseconds u|160 systemInitTimeMilliseconds T|161 flowDurationMilliseconds u
162 flowDurationMicroseconds u|163 observedFlowTotalCount u|164 ignoredPacketTotalCount u|165 ignoredOctetTotalCount u|166 notSentFlowTotalCount u|167 notSentPacketTotalCount u
168 notSentOctetTotalCount u|169 destinationIPv6Prefix 6|170 sourceIPv6Prefix 6|171 postOctetTotalCount u|172 postPacketTotalCount u|173 flowKeyIndicator u
174 postMCastPacketTotalCount u|175 postMCastOctetTotalCount u|176 icmpTypeIPv4 u|177 icmpCodeIPv4 u|178 icmpTypeIPv6 u|179 icmpCodeIPv6 u|180 udpSourcePort u
181 udpDestinationPort u|182 tcpSourcePort u|183 tcpDestinationPort u|184 tcpSequenceNumber u|185 tcpAcknowledgementNumber u|186 tcpWindowSize u|187 tcpUrgentPointer u
188 tcpHeaderLength u|189 ipHeaderLength u|190 totalLengthIPv4 u|191 payloadLengthIPv6 u|192 ipTTL u|193 nextHeaderIPv6 u|194 mplsPayloadLength u|195 ipDiffServCodePoint u
196 ipPrecedence u|197 fragmentFlags u|198 octetDeltaSumOfSquares u|199 octetTotalSumOfSquares u|200 mplsTopLabelTTL u|201 mplsLabelStackLength u|202 mplsLabelStackDepth u
203 mplsTopLabelExp u|204 ipPayloadLength u|205 udpMessageLength u|206 isMulticast u|207 ipv4IHL u|208 ipv4Options u|209 tcpOptions u|210 paddingOctets x
211 collectorIPv4Address 4|212 collectorIPv6Address 6|213 exportInterface u|214 exportProtocolVersion u|215 exportTransportProtocol u|216 collectorTransportPort u
217 exporterTransportPort u|218 tcpSynTotalCount u|219 tcpFinTotalCount u|220 tcpRstTotalCount u|221 tcpPshTotalCount u|222 tcpAckTotalCount u|223 tcpUrgTotalCount u
224 ipTotalLength u|225 postNATSourceIPv4Address 4|226 postNATDestinationIPv4Address 4|227 postNAPTSourceTransportPort u|228 postNAPTDestinationTransportPort u
229 natOriginatingAddressRealm u|230 natEvent u|231 initiatorOctets u|232 responderOctets u|233 firewallEvent u|234 ingressVRFID u|235 egressVRFID u|236 VRFname s
237 postMplsTopLabelExp u|238 tcpWindowScale u|239 biflowDirection u|240 ethernetHeaderLength u|241 ethernetPayloadLength u|242 ethernetTotalLength u|243 dot1qVlanId u
244 dot1qPriority u|245 dot1qCustomerVlanId u|246 dot1qCustomerPriority u|252 ingressPhysicalInterface u|253 egressPhysicalInterface u|254 postDot1qVlanId u
255 postDot1qCustomerVlanId u|256 ethernetType u|257 postIpPrecedence u|258 collectionTimeMilliseconds T|259 exportSctpStreamId u|260 maxExportSeconds t|261 maxFlowEndSeconds t
276 dataRecordsReliability b|281 postNATSourceIPv6Address 6|282 postNATDestinationIPv6Address 6|283 natPoolId u|284 natPoolName s|291 basicList x|292 subTemplateList x
293 subTemplateMultiList x|294 bgpValidityState u|297 newConnectionDeltaCount u|298 initiatorPackets u|299 responderPackets u|300 observationDomainName s
301 selectionSequenceId u|302 selectorId u|303 informationElementId u|304 selectorAlgorithm u|305 samplingPacketInterval u|306 samplingPacketSpace u|307 samplingTimeInterval u
308 samplingTimeSpace u|309 samplingSize u|310 samplingPopulation u|311 samplingProbability f|312 dataLinkFrameSize u|313 ipHeaderPacketSection x|314 ipPayloadPacketSection x
315 dataLinkFrameSection x|316 mplsLabelStackSection x|317 mplsPayloadPacketSection x|318 selectorIdTotalPktsObserved u|319 selectorIdTotalPktsSelected u|320 absoluteError f
321 relativeError f|322 observationTimeSeconds t|323 observationTimeMilliseconds T|324 observationTimeMicroseconds N|325 observationTimeNanoseconds N|326 digestHashValue u
346 privateEnterpriseNumber u|361 portRangeStart u|362 portRangeEnd u|371 userName s|372 applicationCategoryName s|373 applicationSubCategoryName s|374 applicationGroupName s
375 originalFlowsPresent u|376 originalFlowsInitiated u|377 originalFlowsCompleted u|455 mobileIMSI s|456 mobileMSISDN s|457 httpStatusCode u|459 httpRequestMethod s
460 httpRequestHost s|461 httpRequestTarget s|462 httpMessageVersion s|463 natInstanceID u|466 natQuotaExceededEvent u|467 natThresholdEvent u|468 httpUserAgent s
469 httpContentType s|470 httpReasonPhrase s|33000 ingressAclId x|33001 egressAclId x|33002 firewallExtendedEvent u|40000 aaaUserName s`;

/** Elements that have a standard name, Metron's or ECS's. */
const standard: Readonly<Record<number, string>> = {
  7: 'ip_src_port',
  8: 'ip_src_addr',
  11: 'ip_dst_port',
  12: 'ip_dst_addr',
  27: 'ip_src_addr',
  28: 'ip_dst_addr',
  56: 'source.mac',
  80: 'destination.mac',
  16: 'source.as.number',
  17: 'destination.as.number',
  180: 'ip_src_port',
  181: 'ip_dst_port',
  182: 'ip_src_port',
  183: 'ip_dst_port',
  225: 'source.nat.ip',
  226: 'destination.nat.ip',
  227: 'source.nat.port',
  228: 'destination.nat.port',
  281: 'source.nat.ip',
  282: 'destination.nat.ip',
  371: 'user.name',
  40000: 'user.name',
};

/** `flowEndSysUpTime` to `flow_end_sys_up_time`, `sourceIPv4Address` to `source_ipv4_address`. */
function snake(name: string): string {
  return name
    .replace(/IPv([46])/g, 'Ipv$1')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

const elements = new Map<number, Element>();
for (const part of list.trim().split(/[|\n]/)) {
  const [id = '', name = '', kind = ''] = part.split(' ');
  const number = Number(id);
  elements.set(number, { field: standard[number] ?? `netflow.${snake(name)}`, kind: kinds[kind] ?? 'bytes' });
}

/** Elements of the other direction (RFC 5103). */
const reverse = 29_305;

/** What an element is; enterprise 0 is IANA. One that is not known is bytes under its numbers. */
export function elementOf(id: number, enterprise: number): Element {
  if (enterprise === 0) return elements.get(id) ?? { field: `netflow.element_${id}`, kind: 'bytes' };
  const known = enterprise === reverse ? elements.get(id) : undefined;
  if (known === undefined) return { field: `netflow.enterprise_${enterprise}_${id}`, kind: 'bytes' };
  return {
    field: `netflow.reverse_${known.field.slice(known.field.lastIndexOf('.') + 1)}`,
    kind: known.kind,
  };
}

/** Scopes of NetFlow v9 options (Cisco, "NetFlow Version 9 Flow-Record Format"). */
export function scopeOf(type: number): Element {
  const name = ['', 'system', 'interface', 'line_card', 'cache', 'template'][type];
  return { field: `netflow.scope_${name === undefined || name === '' ? type : name}`, kind: 'unsigned' };
}
